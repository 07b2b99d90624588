import type { Socket } from 'node:net';
import { connect } from 'node:net';
import * as strings from './strings.ts';

// The part of D-Bus (https://dbus.freedesktop.org/doc/dbus-specification.html) that reads a property and receives a
// signal. The libraries for it are unmaintained or larger than the rest of this folder; a child process (gdbus,
// dbus-monitor) would outlive a crash.

const METHOD_CALL = 1;
const METHOD_RETURN = 2;
const ERROR = 3;
const SIGNAL = 4;
/** Our call doesn't start a service that doesn't run. */
const NO_AUTO_START = 2;
/**
 * Bytes. The specification's own limit is 128 MiB; no response here has more than a few hundred
 * bytes.
 */
const LARGEST = 1024 * 1024;
/** Milliseconds for a response; the bus itself gives a service 25 s. */
const ANSWER = 10_000;

const PATH = 1;
const INTERFACE = 2;
const MEMBER = 3;
const REPLY_SERIAL = 5;
const DESTINATION = 6;
const SENDER = 7;
const SIGNATURE = 8;

export interface Message {
  readonly type: number;
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature?: string;
  readonly body: Buffer;
  /** Of the numbers in the body. */
  readonly littleEndian: boolean;
}

/** The session bus's address: the first one in `DBUS_SESSION_BUS_ADDRESS` that is a Unix socket, or the usual place. */
export function sessionBusPath(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const { DBUS_SESSION_BUS_ADDRESS: addresses, XDG_RUNTIME_DIR: runtime } = environment;
  if (addresses === undefined || addresses === '') return runtime === undefined ? undefined : `${runtime}/bus`;
  for (const address of addresses.split(';')) {
    const [, options] = /^unix:(.*)$/.exec(address) ?? [];
    for (const option of options?.split(',') ?? []) {
      const [, name, value = ''] = /^(path|abstract)=(.*)$/.exec(option) ?? [];
      if (name !== undefined) return `${name === 'abstract' ? '\0' : ''}${decodeURIComponent(value)}`;
    }
  }
  return undefined;
}

/** One connection to a bus. Every failure ends it, and calls `onEnd` once. */
export class BusConnection {
  readonly #socket: Socket;
  readonly #onSignal: (message: Message) => void;
  readonly #waiting = new Map<number, { resolve(message: Message): void; reject(error: Error): void; readonly timer: NodeJS.Timeout }>();
  #serial = 0;
  #received: Buffer = Buffer.alloc(0);
  #authenticated = false;

  private constructor(socket: Socket, onSignal: (message: Message) => void, onEnd: () => void) {
    this.#socket = socket;
    this.#onSignal = onSignal;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('close', () => {
      for (const { reject, timer } of this.#waiting.values()) {
        clearTimeout(timer);
        reject(new Error(strings.sessionBusClosedConnection));
      }
      this.#waiting.clear();
      onEnd();
    });
  }

  /** Throws if nothing listens there or it refuses us. */
  static async open(path: string, onSignal: (message: Message) => void, onEnd: () => void): Promise<BusConnection> {
    const socket = connect({ path });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    socket.on('error', () => undefined);
    const bus = new BusConnection(socket, onSignal, onEnd);
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
    // Its number is 1, whenever it is sent: the bus sends no reply before BEGIN.
    await bus.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'Hello',
    });
    return bus;
  }

  /** Calls a method whose arguments are strings. Throws the service's own error name. */
  call(method: { destination: string; path: string; interface: string; member: string; strings?: readonly string[] }): Promise<Message> {
    this.#serial += 1;
    const serial = this.#serial;
    const sent = method.strings ?? [];
    const fields = [
      { code: PATH, type: 'o', value: method.path },
      { code: INTERFACE, type: 's', value: method.interface },
      { code: MEMBER, type: 's', value: method.member },
      { code: DESTINATION, type: 's', value: method.destination },
      ...(sent.length === 0 ? [] : [{ code: SIGNATURE, type: 'g', value: 's'.repeat(sent.length) }]),
    ];
    const message = encodeMessage({ type: METHOD_CALL, flags: NO_AUTO_START, serial, fields, body: encodeStrings(sent) });
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error(strings.sessionBusClosedConnection));
      const timer = setTimeout(() => this.close(), ANSWER);
      this.#waiting.set(serial, { resolve, reject, timer });
      if (this.#authenticated) this.#socket.write(message);
      else this.#socket.once('authenticated', () => this.#socket.write(message));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    // SECURITY: any program of the user can listen here in the bus's place; none can fill our memory, or crash us with
    // nonsense.
    try {
      if (this.#received.length > 2 * LARGEST) this.close();
      else this.#read();
    } catch {
      this.close();
    }
  }

  #read(): void {
    if (!this.#authenticated) {
      const end = this.#received.indexOf('\r\n');
      if (end < 0) return;
      const line = this.#received.toString('latin1', 0, end);
      this.#received = this.#received.subarray(end + 2);
      if (!line.startsWith('OK ')) {
        this.close();
        return;
      }
      this.#socket.write('BEGIN\r\n');
      this.#authenticated = true;
      this.#socket.emit('authenticated');
    }
    for (;;) {
      const length = messageLength(this.#received);
      if (length !== undefined && length > LARGEST) this.close();
      if (length === undefined || length > LARGEST || this.#received.length < length) return;
      const message = decodeMessage(this.#received.subarray(0, length));
      this.#received = this.#received.subarray(length);
      this.#take(message);
    }
  }

  #take(message: Message): void {
    if (message.type === SIGNAL) this.#onSignal(message);
    const waiting = this.#waiting.get(message.replySerial ?? 0);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(message.replySerial ?? 0);
    if (message.type === METHOD_RETURN) waiting.resolve(message);
    else if (message.type === ERROR) waiting.reject(new Error(strings.sessionBusReturnedError));
  }
}

/** The body of a reply whose signature is `v`, if the variant is a boolean; undefined: it is something else. */
export function readBooleanVariant({ body, littleEndian, signature }: Message): boolean | undefined {
  // A signature of one letter (length 1, `b`, zero), a byte of padding, the value.
  if (signature !== 'v' || body.length < 8 || body[0] !== 1 || body[1] !== 'b'.charCodeAt(0)) return undefined;
  return (littleEndian ? body.readUInt32LE(4) : body.readUInt32BE(4)) === 1;
}

export interface Field {
  readonly code: number;
  /** `s`, `o` and `g` contain a string, `u` a number. */
  readonly type: string;
  readonly value: string | number;
}

/** A whole message, little-endian. */
export function encodeMessage(parts: { type: number; flags: number; serial: number; fields: readonly Field[]; body: Buffer }): Buffer {
  let fields = Buffer.alloc(0);
  for (const { code, type, value } of parts.fields) {
    const content = type === 'u' ? uint32(Number(value)) : type === 'g' ? encodeSignature(String(value)) : encodeString(String(value));
    const head = Buffer.concat([padded(fields, 8), Buffer.from([code, 1, type.charCodeAt(0), 0])]);
    fields = Buffer.concat([head, content]);
  }
  const fixed = Buffer.concat([
    Buffer.from(['l'.charCodeAt(0), parts.type, parts.flags, 1]),
    uint32(parts.body.length),
    uint32(parts.serial),
    uint32(fields.length),
  ]);
  return Buffer.concat([padded(Buffer.concat([fixed, fields]), 8), parts.body]);
}

/** Bytes of the message that begins here; undefined: too little of it has arrived to know. */
export function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined;
  const number = (at: number) => (bytes[0] === 'l'.charCodeAt(0) ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  return aligned(16 + number(12), 8) + number(4);
}

/** One whole message. */
export function decodeMessage(bytes: Buffer): Message {
  const littleEndian = bytes[0] === 'l'.charCodeAt(0);
  const number = (at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const end = 16 + number(12);
  const values = new Map<number, string | number>();
  for (let at = 16; at < end; ) {
    at = aligned(at, 8);
    const code = bytes.readUInt8(at);
    const type = String.fromCharCode(bytes.readUInt8(at + 2));
    at += 4;
    if (type === 'u') {
      values.set(code, number(at));
      at += 4;
    } else if (type === 'g') {
      const length = bytes.readUInt8(at);
      values.set(code, bytes.toString('utf8', at + 1, at + 1 + length));
      at += length + 2;
    } else {
      const length = number(at);
      values.set(code, bytes.toString('utf8', at + 4, at + 4 + length));
      at += length + 5;
    }
  }
  const text = (name: string, code: number) => (values.has(code) ? { [name]: String(values.get(code)) } : {});
  return {
    type: bytes.readUInt8(1),
    serial: number(8),
    littleEndian,
    body: bytes.subarray(aligned(end, 8)),
    ...text('path', PATH),
    ...text('interface', INTERFACE),
    ...text('member', MEMBER),
    ...text('destination', DESTINATION),
    ...text('sender', SENDER),
    ...text('signature', SIGNATURE),
    ...(values.has(REPLY_SERIAL) ? { replySerial: Number(values.get(REPLY_SERIAL)) } : {}),
  };
}

export function encodeStrings(strings: readonly string[]): Buffer {
  return strings.reduce((body, string) => Buffer.concat([padded(body, 4), encodeString(string)]), Buffer.alloc(0));
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([uint32(bytes.length), bytes, Buffer.from([0])]);
}

function encodeSignature(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1'), Buffer.from([0])]);
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

function aligned(at: number, to: number): number {
  return Math.ceil(at / to) * to;
}

function padded(bytes: Buffer, to: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length, to) - bytes.length)]);
}
