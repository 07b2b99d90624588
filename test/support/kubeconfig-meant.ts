import { isDeepStrictEqual } from 'node:util';
import type { KubectlOutcome, OurOutcome } from './kubeconfig-oracle.ts';

export interface Judged {
  readonly text: string;
  readonly kubectl: KubectlOutcome;
  readonly ours: OurOutcome;
}

/** kubectl refuses with these words what the program sends. */
const refuses = ({ kubectl, ours }: Judged, words: RegExp): boolean =>
  'refused' in kubectl && kubectl.asked === undefined && words.test(kubectl.refused) && 'arrival' in ours;
/** Where the two differ on purpose, with the reason. */
const MEANT: readonly { readonly why: string; readonly is: (judged: Judged) => boolean }[] = [
  {
    why: 'kubectl asks its user for a name and a password where it has none; the program sends all else that kubectl then sends',
    is: ({ kubectl: { asked }, ours }) => {
      if (asked === undefined || !('arrival' in asked) || !('arrival' in ours)) return false;
      const isTyped = asked.arrival.authorization === `Basic ${Buffer.from('me:typed').toString('base64')}`;
      return isDeepStrictEqual(ours.arrival, isTyped ? { ...asked.arrival, authorization: undefined } : asked.arrival);
    },
  },
  {
    why: 'a name and a password in a plain http address travel in clear with kubectl, and do not leave here',
    is: ({ text, kubectl, ours }) =>
      /http:\/\/me:shh@/.test(text) &&
      'arrival' in kubectl &&
      'arrival' in ours &&
      isDeepStrictEqual({ ...kubectl.arrival, authorization: undefined }, ours.arrival),
  },
  {
    why: 'what a plugin prints means the same in each version of its API, so another one than was asked for is taken',
    is: (judged) => refuses(judged, /plugin returned version/),
  },
  {
    why: 'older kubectls run plugins of v1alpha1, which print the same',
    is: (judged) => refuses(judged, /invalid apiVersion "client.authentication.k8s.io\/v1alpha1"/),
  },
  {
    why: 'no plugin gets a terminal here, so it does not matter what interactiveMode says',
    is: (judged) => refuses(judged, /interactiveMode (must be specified )?for u|cannot support interactive mode/),
  },
  {
    why: 'files of a credential that plain http leaves out are not looked for',
    is: (judged) => refuses(judged, /missing\./) && 'arrival' in judged.ours && judged.ours.arrival.scheme === 'http',
  },
  {
    why: 'an ID token that is valid needs no provider to renew it',
    is: (judged) => refuses(judged, /Must provide idp-issuer-url/),
  },
  {
    why: 'blanks around an address mean nothing',
    is: (judged) => / https:/.test(judged.text) && refuses(judged, /invalid character " " in host name|must be a URL or a host:port pair/),
  },
  {
    why: 'a SOCKS proxy finds the address of a name with socks5 of kubectl, too',
    is: (judged) => refuses(judged, /unsupported scheme "socks5h"/),
  },
  {
    why: 'one bad file or entry costs kubectl all contexts; the program reports it and uses the others',
    is: (judged) =>
      refuses(judged, /error loading config file/) &&
      'refused' in judged.kubectl &&
      judged.ours.faulty.includes(/error loading config file "(.*?)"/.exec(judged.kubectl.refused)?.[1] ?? ''),
  },
  {
    why: 'fields that the program does not use may hold anything',
    is: (judged) => refuses(judged, /Go struct field \S*(current-context|preferences)|\[\]NamedExtension .* duplicate name/),
  },
];

/** Whether every complaint of kubectl, or everything that arrives, is meant to differ in the program. */
export function isMeant(judged: Judged): boolean {
  const { kubectl } = judged;
  const parts: KubectlOutcome[] =
    'refused' in kubectl && kubectl.asked === undefined ? kubectl.refused.split('\n').map((refused) => ({ refused })) : [kubectl];
  return parts.every((part) => MEANT.some(({ is }) => is({ ...judged, kubectl: part })));
}
