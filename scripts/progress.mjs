// Shows how far a long step is, on standard error: one line that changes on a terminal, elsewhere a new line now and
// then.

/** How often a place that isn't a terminal (a log) gets a line. */
const LOG_EVERY = 5_000;

/**
 * Shows `state()` until the returned function is called. Never keeps the process running.
 * @param {() => string} state
 * @param {{ isTTY?: boolean, write(text: string): unknown }} [output]
 * @returns {() => void}
 */
export function showProgress(state, output = process.stderr) {
  let shown = '';
  let last = Date.now();
  const timer = setInterval(() => {
    const text = state();
    if (text === shown) return;
    if (!output.isTTY) {
      if (Date.now() - last < LOG_EVERY) return;
      last = Date.now();
    }
    output.write(output.isTTY ? `\r  ${text.padEnd(shown.length)}` : `  ${text}\n`);
    shown = text;
  }, 250);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (output.isTTY && shown !== '') output.write(`\r  ${' '.repeat(shown.length)}\r`);
  };
}
