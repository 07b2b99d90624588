// What both hosts and the page offer beyond ECMAScript. `main/common` is compiled without Node's and without the DOM's types, so that nothing
// else of either can slip in; these few are the same in all of them.

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
