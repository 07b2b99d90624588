import { deserialize, serialize } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { holdSources } from '../common/yaml/source.ts';
import { Fingerprinter } from '../secrets/fingerprint.ts';
import { Texts } from './texts.ts';
import { framed, type TextOperation, type ThreadReply, type ThreadRequest, type ThreadStart } from './thread-messages.ts';

// The entry of the thread that works on long texts (text-work.ts).

const { key, memory } = workerData as ThreadStart;
const texts = new Texts(new Fingerprinter(key));
if (memory !== undefined) texts.masking.remember(deserialize(memory));

// One change is several requests about the same few texts.
holdSources(8);

let sent = 0;

parentPort?.on('message', ({ id, name, args, memory: moved, masks, frame }: ThreadRequest) => {
  const reply = (replied: { ok: true; value: unknown } | { ok: false; error: unknown }, transfer: readonly ArrayBuffer[] = []): void => {
    const issued = texts.masking.issuedFrom(sent);
    sent += issued.length;
    parentPort?.postMessage({ id, masks: issued.join(), ...replied } satisfies ThreadReply, transfer);
  };
  try {
    texts.masking.foreign(masks);
    if (moved !== undefined) texts.masking.remember(moved);
    const operation =
      name === null ? () => serialize(texts.masking.memory()) : (texts[name as TextOperation] as (...args: unknown[]) => unknown);
    const value = operation.apply(texts, [...args]);
    if (frame === undefined) return reply({ ok: true, value });
    const envelope = new TextEncoder().encode(JSON.stringify({ ok: true, value: framed(frame, value as object) }));
    reply({ ok: true, value: envelope }, [envelope.buffer]);
  } catch (error) {
    reply({ ok: false, error });
  }
});
