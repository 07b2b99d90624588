import type { Target } from '../network/proxy.ts';
import { CURL_RULES, proxyAddress, proxyException, proxyVariable } from '../network/proxy.ts';
import { readSystemProxy } from '../network/system-proxy.ts';
import { type Limit, limited } from './limit.ts';
import type { Network } from './network.ts';

// NO_PROXY wins, then curl's variables, because someone set them on purpose, then the system's settings.

export interface ProxyChoice {
  /** null: none. May hold credentials. */
  readonly proxy: URL | null;
  readonly reason: string;
  readonly setting: string;
  readonly problem?: { readonly evidence: string; readonly fix: string };
}

type Environment = Network['environment'];

const SYSTEM = 'the system’s proxy settings';

/** For an https URL. Throws the signal's reason when cancelled. */
export async function chooseProxy(target: URL, network: Network, limit: Omit<Limit, 'onLimit'>): Promise<ProxyChoice> {
  if (network.route) return { proxy: null, reason: 'No proxy: kAudit Tray routes this network itself.', setting: '' };
  const byEnvironment = environmentProxy(target, network.environment);
  if (byEnvironment) return byEnvironment;
  const { systemProxy } = network;
  if (!systemProxy) return none('No proxy: HTTPS_PROXY isn’t set, and kAudit Tray doesn’t read the system’s settings here.', 'HTTPS_PROXY');
  const unread = new Error('unread');
  try {
    // Only the origin: a PAC script may come from the network and mustn't see the path.
    const answer = await limited<string>({ ...limit, onLimit: () => unread }, (done, fail) => {
      systemProxy(target.origin).then(done, () => fail(unread));
    });
    return systemChoice(answer);
  } catch (error) {
    if (error !== unread) throw error;
    return unusable('The system’s proxy settings can’t be read', 'Set HTTPS_PROXY instead, then restart kAudit Tray.');
  }
}

export function environmentProxy(target: Target, environment: Environment): ProxyChoice | undefined {
  const found = proxyVariable(target, environment, CURL_RULES);
  const setting = found?.name ?? 'HTTPS_PROXY';
  const exception = proxyException(target, environment, CURL_RULES);
  if (exception !== undefined) return none(`No proxy: NO_PROXY has ${exception}.`, setting);
  if (!found) return undefined;
  const fix = 'Correct the variable, then restart kAudit Tray.';
  const proxy = proxyAddress(found.value);
  if (proxy === undefined) return unusable(`${found.name} isn’t a URL such as http://proxy:3128`, fix);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')
    return unusable(`${found.name} names a ${proxy.protocol}// proxy; kAudit Tray uses http:// and https:// proxies only`, fix);
  return { proxy, reason: `${found.name}: ${proxy.protocol}//${proxy.host}`, setting };
}

function systemChoice(answer: string): ProxyChoice {
  const { proxy, skipped } = readSystemProxy(answer);
  if (typeof proxy === 'string') {
    const url = new URL(proxy);
    return { proxy: url, reason: `System settings: ${url.protocol}//${url.host}`, setting: SYSTEM };
  }
  if (proxy === null && skipped.length === 0) return none('No proxy: the system’s settings have none for this host.', SYSTEM);
  return unusable(
    `The system’s settings name ${skipped.join(', ') || 'nothing'}; kAudit Tray uses http:// and https:// proxies only`,
    'Set HTTPS_PROXY to a proxy that accepts CONNECT, then restart kAudit Tray.',
  );
}

function none(reason: string, setting: string): ProxyChoice {
  return { proxy: null, reason, setting };
}

function unusable(evidence: string, fix: string): ProxyChoice {
  return { proxy: null, reason: evidence, setting: '', problem: { evidence: `${evidence}: tested without a proxy.`, fix } };
}
