// Globals of both hosts and the page. `main/common` compiles without Node and DOM types to keep all others out.

interface URL {
  readonly href: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

declare const URL: {
  new (url: string, base?: string): URL;
  canParse(url: string, base?: string): boolean;
};

interface TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare const TextEncoder: {
  new (): TextEncoder;
};

interface TextDecoder {
  decode(bytes: Uint8Array): string;
}

declare const TextDecoder: {
  new (): TextDecoder;
};
