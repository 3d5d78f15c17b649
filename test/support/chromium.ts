import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const onMac = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** This machine's Chromium or Chrome: what `CHROMIUM_PATH` names, or where it usually is. */
export const findChromium = (): string | undefined => {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const usual = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...onMac];
  return process.env['CHROMIUM_PATH'] || usual.find((path) => existsSync(path));
};
