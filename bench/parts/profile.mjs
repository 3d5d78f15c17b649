/**
 * Preload (`node --import`) that records a CPU profile of the main thread. It starts with the process, or on the first
 * SIGUSR2 if PROFILE_LATER is set; the next SIGUSR2 writes it to PROFILE_FILE.
 */
const { Session } = process.getBuiltinModule('node:inspector');
const { renameSync, writeFileSync } = process.getBuiltinModule('node:fs');

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 100 });
let isRecording = false;
const start = () => {
  session.post('Profiler.start');
  isRecording = true;
};
process.on('SIGUSR2', () => {
  if (!isRecording) {
    start();
    return;
  }
  session.post('Profiler.stop', (error, { profile }) => {
    if (error) throw error;
    // Renamed so that a reader never sees a part of it.
    writeFileSync(`${process.env.PROFILE_FILE}.part`, JSON.stringify(profile));
    renameSync(`${process.env.PROFILE_FILE}.part`, process.env.PROFILE_FILE);
  });
});
if (!process.env.PROFILE_LATER) start();
