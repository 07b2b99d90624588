import type { V1ConfigMap, V1ObjectMeta } from '@kubernetes/client-node';
import * as z from 'zod';
import type { Managed } from '../../common/fleet/fleet.ts';
import type { BinaryText } from '../../common/integration/diagnostics/binary-data.ts';
import { INTEGRATION_KEY } from '../../common/integration/reading/integration.ts';
import type { ConfigMapRef } from '../../common/reference.ts';
import { notKubernetes } from '../errors.ts';
import { decodeBinaryText } from './binary-text.ts';
import { checked, labelsSchema, nameSchema } from './response.ts';
import * as strings from './strings.ts';

// SECURITY: these objects hold keys and never leave main.

/** Where kAudit is installed by default. */
export const DEFAULT_NAMESPACE = 'alcide-kaudit';
/** An anonymous writer breaks later Helm runs: https://github.com/lensapp/lens/issues/8284 */
export const FIELD_MANAGER = 'kaudit-tray';
export const KAUDIT_LABEL = 'app=kaudit';

const NAME_PREFIX = 'kaudit-integration';

export interface RawConfigMap {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly text: string | null;
  /** The text is in `binaryData`, in this encoding. The next save moves it to `data`. */
  readonly binary?: BinaryText;
  readonly managed: Managed | null;
  readonly writer?: { readonly manager: string; readonly at: string };
}

export function keyOf({ ref }: RawConfigMap): string {
  return `${ref.namespace}/${ref.name}`;
}

export type ConfigMapObject = Pick<V1ConfigMap, 'data' | 'binaryData' | 'immutable'> & {
  readonly metadata?: Pick<V1ObjectMeta, 'name' | 'namespace' | 'uid' | 'resourceVersion' | 'labels' | 'annotations'> & {
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: unknown; readonly fieldsV1?: object }[];
  };
};

/** By name, whoever deployed it, or by key: its siblings have the same label. */
export function isIntegrationConfigMap(object: ConfigMapObject): boolean {
  const name: unknown = object?.metadata?.name;
  if (typeof name === 'string' && name.startsWith(NAME_PREFIX)) return true;
  return [object?.data, object?.binaryData].some((values) => Object.hasOwn(values ?? {}, INTEGRATION_KEY));
}

/** The monitored cluster's name, from all three naming schemes; the whole name if it follows none. */
export function instanceName(name: string): string {
  return /^kaudit-integrations?-(?:kaudit-)?(.+)$/.exec(name)?.[1] ?? name;
}

/** ConfigMap names of all three ways to deploy kAudit for this cluster. */
export function namesFor(entry: { readonly context: string; readonly cluster: { readonly name: string } | null }): readonly string[] {
  const clusters = new Set(
    [entry.cluster?.name ?? '', entry.context].filter((name) => /^[a-z0-9]([-a-z0-9.]{0,200}[a-z0-9])?$/.test(name)),
  );
  return [...clusters].flatMap((name) =>
    ['integration-', 'integration-kaudit-', 'integrations-'].map((prefix) => `kaudit-${prefix}${name}`),
  );
}

/** Characters: the longest name in Kubernetes. */
const MAX_OWNER = 253;

const objectSchema = z.object({
  metadata: z.object({
    name: nameSchema,
    namespace: nameSchema,
    uid: z.string().max(256).optional(),
    resourceVersion: z.string().max(256).optional(),
    labels: labelsSchema.nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
    managedFields: z.array(z.object({ manager: z.string().max(128).optional(), time: z.string().max(64).nullish() })).nullish(),
  }),
  data: z.object({ [INTEGRATION_KEY]: z.string().max(1_500_000).nullish() }).nullish(),
  binaryData: z.object({ [INTEGRATION_KEY]: z.base64().max(1_500_000).nullish() }).nullish(),
  immutable: z.boolean().nullish(),
});

/** Throws a RequestError if it isn't a ConfigMap, or isn't the `asked` one. */
export function toRawConfigMap(context: string, object: ConfigMapObject, asked?: ConfigMapRef): RawConfigMap {
  const { metadata, data, binaryData } = checked(objectSchema, object);
  const { name, namespace, uid = '', resourceVersion = '' } = metadata;
  // SECURITY: show, compare and write only what was asked for.
  if (asked !== undefined && !(asked.name === name && asked.namespace === namespace)) throw notKubernetes();
  const bytes = binaryData?.[INTEGRATION_KEY];
  // The API server accepts a key in only one of the two.
  const content = typeof bytes === 'string' ? decodeBinaryText(bytes) : { text: data?.[INTEGRATION_KEY] ?? null };
  const writer = writerOf(object);
  return { ref: { context, namespace, name }, uid, resourceVersion, ...content, managed: managedBy(object), ...(writer && { writer }) };
}

/** The latest writer of the text. Other parts may have later writers. */
function writerOf(object: ConfigMapObject): RawConfigMap['writer'] {
  const records = (object.metadata?.managedFields ?? []).flatMap(({ manager, time, fieldsV1 }) => {
    const { 'f:data': data, 'f:binaryData': bytes } = (fieldsV1 ?? {}) as { readonly [field: string]: unknown };
    const wrote = [data, bytes].some((map) => typeof map === 'object' && map !== null && Object.hasOwn(map, `f:${INTEGRATION_KEY}`));
    const at = Date.parse(time instanceof Date ? time.toISOString() : String(time));
    return manager !== undefined && wrote && !Number.isNaN(at) ? [{ manager, at: new Date(at).toISOString() }] : [];
  });
  return records.sort((one, other) => (one.at < other.at ? 1 : -1))[0];
}

/** Who else writes this object and would undo a change; null: unknown. */
export function managedBy(object: ConfigMapObject): Managed | null {
  const labels = object.metadata?.labels ?? {};
  // SECURITY: an annotation may be long, and this is shown.
  const annotation = (key: string): string | undefined => object.metadata?.annotations?.[key]?.slice(0, MAX_OWNER);
  const managers = object.metadata?.managedFields ?? [];
  const manager = (pattern: RegExp): string | undefined => managers.find((entry) => pattern.test(entry.manager ?? ''))?.manager;

  if (object.immutable === true) {
    return {
      by: 'immutable',
      name: object.metadata?.name ?? '',
      advice: strings.configMapImmutableApiServerRefuses,
    };
  }

  const argo =
    annotation('argocd.argoproj.io/tracking-id')?.split(':')[0] ??
    labels['argocd.argoproj.io/instance'] ??
    annotation('argocd.argoproj.io/instance') ??
    (manager(/^argocd/) === undefined ? undefined : (labels['app.kubernetes.io/instance'] ?? 'argocd'));
  if (argo !== undefined) {
    return {
      by: strings.argoCd,
      name: argo,
      advice: strings.argoCdWillUndoChanges(argo),
    };
  }

  const flux =
    labels['kustomize.toolkit.fluxcd.io/name'] ??
    labels['helm.toolkit.fluxcd.io/name'] ??
    manager(/^(kustomize-controller|helm-controller|flux)/);
  if (flux !== undefined) {
    return {
      by: 'Flux',
      name: flux,
      advice: strings.fluxWillUndoChangesMade(flux),
    };
  }

  const release = annotation('meta.helm.sh/release-name');
  if (release !== undefined || labels['app.kubernetes.io/managed-by'] === 'Helm' || manager(/^helm$/i) !== undefined) {
    const name = release ?? labels['app.kubernetes.io/instance'] ?? labels.release ?? strings.unknownRelease;
    return {
      by: 'Helm',
      name,
      advice: strings.nextHelmUpgradeWillOverwrite(name),
    };
  }

  const tool = labels['app.kubernetes.io/managed-by'] ?? manager(/terraform|pulumi|ansible|^kapp|fleet/i);
  if (tool !== undefined && tool !== FIELD_MANAGER) {
    return {
      by: strings.anotherTool,
      name: tool,
      advice: strings.mayOverwriteChangesMadeHere(tool),
    };
  }
  return null;
}
