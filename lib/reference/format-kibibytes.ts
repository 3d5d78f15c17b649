/** Formats a number of bytes as `4 KiB`. */
export const formatKibibytes = (bytes: number): string => `${bytes / 1024} KiB`;
