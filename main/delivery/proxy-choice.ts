import type { Target } from '../network/proxy.ts';
import { CURL_RULES, proxyAddress, proxyException, proxyVariable } from '../network/proxy.ts';
import { readSystemProxy } from '../network/system-proxy.ts';
import { type Limit, limited } from './limit.ts';
import type { Network } from './network.ts';
import * as strings from './strings.ts';

// NO_PROXY wins, then curl's variables, because someone set them on purpose, then the system's settings.

export interface ProxyChoice {
  /** null: none. May hold credentials. */
  readonly proxy: URL | null;
  readonly reason: string;
  readonly setting: string;
  readonly problem?: { readonly evidence: string; readonly fix: string };
}

type Environment = Network['environment'];

const SYSTEM = strings.systemsProxySettings;

/** For an https URL. Throws the signal's reason when cancelled. */
export async function chooseProxy(target: URL, network: Network, limit: Omit<Limit, 'onLimit'>): Promise<ProxyChoice> {
  if (network.route) return { proxy: null, reason: strings.noProxyDemosCoralogixInside, setting: '' };
  const byEnvironment = environmentProxy(target, network.environment);
  if (byEnvironment) return byEnvironment;
  const { systemProxy } = network;
  if (!systemProxy) return none(strings.noProxyHttpsProxyIsnt, 'HTTPS_PROXY');
  const unread = new Error('unread');
  try {
    // Only the origin: a PAC script may come from the network and mustn't see the path.
    const response = await limited<string>({ ...limit, onLimit: () => unread }, (done, fail) => {
      systemProxy(target.origin).then(done, () => fail(unread));
    });
    return systemChoice(response);
  } catch (error) {
    if (error !== unread) throw error;
    return unusable(strings.systemsProxySettingsCantRead, strings.setHttpsProxyInsteadThen);
  }
}

export function environmentProxy(target: Target, environment: Environment): ProxyChoice | undefined {
  const found = proxyVariable(target, environment, CURL_RULES);
  const setting = found?.name ?? 'HTTPS_PROXY';
  const exception = proxyException(target, environment, CURL_RULES);
  if (exception !== undefined) return none(strings.noProxyNoProxy(exception), setting);
  if (!found) return undefined;
  const fix = strings.correctVariableThenRestartKAudit;
  const proxy = proxyAddress(found.value);
  if (proxy === undefined) return unusable(strings.isntUrlSuch(found.name), fix);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:')
    return unusable(strings.namesProxyKAuditTrayUses(found.name, proxy.protocol), fix);
  return { proxy, reason: `${found.name}: ${proxy.protocol}//${proxy.host}`, setting };
}

function systemChoice(response: string): ProxyChoice {
  const { proxy, skipped } = readSystemProxy(response);
  if (typeof proxy === 'string') {
    const url = new URL(proxy);
    return { proxy: url, reason: strings.systemSettings(url.protocol, url.host), setting: SYSTEM };
  }
  if (proxy === null && skipped.length === 0) return none(strings.noProxySystemsSettingsNone, SYSTEM);
  return unusable(strings.systemsSettingsNameKAuditTray(skipped.join(', ') || 'nothing'), strings.setHttpsProxyProxyAccepts);
}

function none(reason: string, setting: string): ProxyChoice {
  return { proxy: null, reason, setting };
}

function unusable(evidence: string, fix: string): ProxyChoice {
  return { proxy: null, reason: evidence, setting: '', problem: { evidence: strings.testedWithoutProxy(evidence), fix } };
}
