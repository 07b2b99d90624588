import { randomUUID } from 'node:crypto';
import { type ConfigMapInput, configMapFrom, contentOf, present, sameMap, validate } from './config-map.ts';
import { managersAfter } from './managed-fields.ts';
import { mergePatch } from './merge-patch.ts';
import { apiVersionOf, CONFIG_MAPS, type KubernetesObject, NAMESPACES, timestamp } from './objects.ts';
import { alreadyExists, badRequest, type Cause, conflict, invalid, MODIFIED, notFound, StatusError } from './status.ts';
import type { Store } from './store.ts';

// ConfigMap writes with a real API server's preconditions, in its order.

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly manager: string;
}

export function createConfigMap(store: Store, namespace: string, body: unknown, options: WriteOptions): KubernetesObject {
  const input = configMapFrom(body);
  checkNames(input, namespace, input.metadata.name);
  if (input.metadata.resourceVersion) throw new StatusError(500, undefined, 'resourceVersion should not be set on objects to be created');
  if (!store.get(NAMESPACES, undefined, namespace)) throw notFound(NAMESPACES, namespace);

  const name = input.metadata.name ?? '';
  const object = objectFrom(input, { name, namespace, uid: randomUUID(), resourceVersion: '', creationTimestamp: timestamp(new Date()) });
  validate(object, undefined);
  if (store.get(CONFIG_MAPS, namespace, name)) throw alreadyExists(CONFIG_MAPS, name);
  const managed = withManagers(undefined, object, options);
  return options.dryRun ? managed : store.put(CONFIG_MAPS, managed);
}

export function replaceConfigMap(store: Store, namespace: string, name: string, body: unknown, options: WriteOptions): KubernetesObject {
  const input = configMapFrom(body);
  checkNames(input, namespace, name);
  const before = existing(store, namespace, name);
  const { uid } = input.metadata;
  if (uid && uid !== before.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid}`;
    throw conflict(CONFIG_MAPS, name, why);
  }
  return update(store, before, input, options);
}

export function patchConfigMap(store: Store, namespace: string, name: string, patch: unknown, options: WriteOptions): KubernetesObject {
  const before = existing(store, namespace, name);
  const input = configMapFrom(mergePatch(before, patch), (reason) =>
    invalid('', '', [{ reason: 'FieldValueInvalid', message: `Invalid value: ${reason}`, field: 'patch' }]),
  );
  checkNames(input, namespace, name);
  return update(store, before, input, options);
}

export function deleteConfigMap(
  store: Store,
  namespace: string,
  name: string,
  preconditions: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
  dryRun: boolean,
): object {
  const before = existing(store, namespace, name);
  const { uid, resourceVersion } = before.metadata;
  // kube-apiserver names the kind only in this conflict.
  const named = { ...CONFIG_MAPS, name: CONFIG_MAPS.kind };
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(named, name, `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid})`);
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    const wanted = preconditions.resourceVersion;
    throw conflict(named, name, `the ResourceVersion in the precondition (${wanted}) does not match the record (${resourceVersion})`);
  }
  if (!dryRun) store.remove(CONFIG_MAPS, before);
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name, kind: CONFIG_MAPS.name, uid } };
}

function existing(store: Store, namespace: string, name: string): KubernetesObject {
  const found = store.get(CONFIG_MAPS, namespace, name);
  if (!found) throw notFound(CONFIG_MAPS, name);
  return found;
}

function checkNames({ metadata }: ConfigMapInput, namespace: string, name: string | undefined): void {
  if (metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${name ?? ''})`);
  }
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest(`the namespace of the object (${metadata.namespace}) does not match the namespace on the request (${namespace})`);
  }
}

function update(store: Store, before: KubernetesObject, input: ConfigMapInput, options: WriteOptions): KubernetesObject {
  const { name, uid, resourceVersion } = before.metadata;
  if (input.metadata.resourceVersion && input.metadata.resourceVersion !== resourceVersion) throw conflict(CONFIG_MAPS, name, MODIFIED);
  if (input.metadata.uid && input.metadata.uid !== uid) {
    const message = `Invalid value: "${input.metadata.uid}": field is immutable`;
    const cause: Cause = { reason: 'FieldValueInvalid', message, field: 'metadata.uid' };
    // kube-apiserver reports it twice, once per layer.
    throw invalid(CONFIG_MAPS.kind, name, [cause, cause]);
  }
  const after = objectFrom(input, before.metadata);
  validate(after, before);
  // A write without changes gets no version and no event.
  if (sameContent(before, after)) return before;
  const managed = withManagers(before, after, options);
  return options.dryRun ? managed : store.put(CONFIG_MAPS, managed);
}

function objectFrom(
  input: ConfigMapInput,
  { name, namespace, uid, resourceVersion, creationTimestamp, managedFields }: KubernetesObject['metadata'],
): KubernetesObject {
  return {
    apiVersion: apiVersionOf(CONFIG_MAPS),
    kind: CONFIG_MAPS.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
      ...present('labels', input.metadata.labels),
      ...present('annotations', input.metadata.annotations),
      ...(managedFields === undefined ? {} : { managedFields }),
    },
    ...contentOf(input),
  };
}

function withManagers(before: KubernetesObject | undefined, after: KubernetesObject, { manager }: WriteOptions): KubernetesObject {
  const managedFields = managersAfter(before, after, manager, timestamp(new Date()));
  return { ...after, metadata: { ...after.metadata, managedFields } };
}

function sameContent(one: KubernetesObject, other: KubernetesObject): boolean {
  return (
    one.immutable === other.immutable &&
    sameMap(one.data, other.data) &&
    sameMap(one.binaryData, other.binaryData) &&
    sameMap(one.metadata.labels, other.metadata.labels) &&
    sameMap(one.metadata.annotations, other.metadata.annotations)
  );
}
