import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeJson } from '../../settings/json-file.ts';

// What the desktop host remembers, in `desktop.json` next to the settings. If it is lost, the window only opens in its
// usual place.

/** Pixels. Far more than displays have, and few enough for the system's arithmetic. */
const place = z.number().int().min(-100_000).max(100_000);
const size = place.min(1);

const desktopSchema = z.object({
  window: z.strictObject({ x: place, y: place, width: size, height: size, maximised: z.boolean() }).optional(),
  /** The effect of closing the window was explained once. */
  closeExplained: z.boolean().default(false),
  /** Contexts, the most recently used first. */
  recent: z.array(z.string().max(1024)).max(20).default([]),
});

export type DesktopMemory = z.output<typeof desktopSchema>;

export class DesktopFile {
  readonly #path: string;
  #memory: DesktopMemory;

  constructor(directory: string) {
    this.#path = join(directory, 'desktop.json');
    this.#memory = read(this.#path);
  }

  get memory(): DesktopMemory {
    return this.#memory;
  }

  /** The user works with this cluster. */
  use(context: string): void {
    const { recent } = this.#memory;
    if (recent[0] !== context) this.update({ recent: [context, ...recent.filter((known) => known !== context)].slice(0, 20) });
  }

  update(part: Partial<DesktopMemory>): void {
    this.#memory = { ...this.#memory, ...part };
    try {
      writeJson(this.#path, this.#memory);
    } catch {
      // A full disk: the window opens in its usual place next time.
    }
  }
}

function read(path: string): DesktopMemory {
  try {
    return desktopSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return desktopSchema.parse({});
  }
}
