import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ApiServer } from './api-server.ts';
import { apply, remove } from './raw-kubernetes.ts';

/** A validating webhook that a real API server asks about every change of a ConfigMap. */
export interface Webhook {
  /** From now on refuses texts that contain these words; null: none. */
  refuse(words: string | null): void;
  /** Changes get no response until the returned function is called. Dry runs do. */
  hold(): () => void;
  /** Changes that wait for a response. */
  held(): number;
  /** Its requests since the last `refuse`. */
  asked(): readonly ('dry run' | 'change')[];
  /** Its replies to those that it refused. */
  said(): string;
  stop(): Promise<void>;
}

interface Review {
  readonly request: {
    readonly uid: string;
    readonly dryRun?: boolean;
    readonly object: { readonly data?: Readonly<Record<string, string>> };
  };
}

/** It quotes the whole text, keys included, as careless ones do. */
export async function startWebhook(server: ApiServer): Promise<Webhook> {
  const serving = await server.authority.issue({ commonName: 'webhook', names: ['localhost'], addresses: ['127.0.0.1'] });
  let refused: string | null = null;
  let asked: ('dry run' | 'change')[] = [];
  let said = '';
  let waiting = 0;
  let open: Promise<void> | undefined;
  const listener = createServer({ cert: serving.certificate, key: serving.key }, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { uid, dryRun, object } = (JSON.parse(body) as Review).request;
    const text = object.data?.['audit-integration'] ?? '';
    asked.push(dryRun === true ? 'dry run' : 'change');
    if (dryRun !== true && open !== undefined) {
      waiting += 1;
      await open;
      waiting -= 1;
    }
    const allowed = refused === null || !text.includes(refused);
    const message = `${refused?.replace(/\D+/, '')} is unlucky; you sent ${text}`;
    if (!allowed) said += message;
    const answer = { uid, allowed, ...(allowed ? {} : { status: { code: 403, message } }) };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  const name = 'policy.kaudit.example';
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 30,
        clientConfig: { url: `https://127.0.0.1:${port}/`, caBundle: Buffer.from(server.authority.certificate).toString('base64') },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['UPDATE'] }],
      },
    ],
  };
  const { endpoint } = server;
  await apply(endpoint, configuration);
  const stop = async () => {
    await remove(endpoint, `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}`);
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  };
  // An API server knows a webhook a moment after its creation.
  const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'webhook-probe', namespace: 'default' }, data: {} };
  await apply(endpoint, probe);
  for (let count = 0; asked.length === 0; count += 1) {
    if (count === 500) throw new Error('The API server does not ask the webhook.');
    await apply(endpoint, { ...probe, data: { count: String(count) } });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await remove(endpoint, `/api/v1/namespaces/default/configmaps/${probe.metadata.name}`);
  return {
    refuse: (words) => {
      refused = words;
      asked = [];
    },
    hold: () => {
      const gate = Promise.withResolvers<void>();
      open = gate.promise;
      return () => {
        open = undefined;
        gate.resolve();
      };
    },
    held: () => waiting,
    asked: () => asked,
    said: () => said,
    stop,
  };
}
