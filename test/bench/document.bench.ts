// What reading, and an edit with its proof, cost next to one parse of the same text by the yaml package. Run it with
// Node 24: node test/bench/document.bench.ts
import { parseDocument } from 'yaml';
import { editDocument, readDocument } from '../../main/common/integration/document.ts';
import { bigDocument } from '../support/documents.ts';

const SIZES = [5_000, 128 * 1024, 1024 * 1024];
/** An edit with its proof costs at most this many parses. */
const GOAL = 1.5;

function median(run: () => void, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((one, other) => one - other);
  return times[Math.floor(times.length / 2)] ?? 0;
}

let failed = false;
for (const size of SIZES) {
  const text = bigDocument(size);
  const rounds = size > 500_000 ? 7 : size > 50_000 ? 15 : 101;
  const edit = () => {
    const result = editDocument(text, [{ op: 'set', path: [3, 'target', 'http-api-token'], value: `other-${Math.random()}` }]);
    if (!result.ok) throw new Error(result.reason);
  };
  // Warm both before either is measured.
  for (let round = 0; round < 3; round++) {
    parseDocument(text);
    edit();
  }
  const parse = median(() => parseDocument(text), rounds);
  const edited = median(edit, rounds);
  const read = median(() => readDocument(text), rounds);
  const ratio = edited / parse;
  failed ||= ratio > GOAL;
  console.log(
    `${String(text.length).padStart(8)} characters: parseDocument ${parse.toFixed(1)} ms, edit ${edited.toFixed(1)} ms (${ratio.toFixed(2)}x), read ${read.toFixed(1)} ms (${(read / parse).toFixed(2)}x)`,
  );
}
console.log(failed ? `An edit costs more than ${GOAL} parses.` : `Every edit costs at most ${GOAL} parses.`);
process.exitCode = failed ? 1 : 0;
