import { LockKeyhole, Pin, Plug, Tag, Unplug } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { CheckboxInput } from '../../components/field.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import { ProductionFlag } from '../cluster-name.tsx';
import { AUTH_WORDS, CLUSTER_LOOK, STEP_WORDS } from '../words.ts';
import type { CardProps } from './card-props.ts';
import { ConfigMapCard } from './config-map-card.tsx';
import { MarksDialog } from './marks-dialog.tsx';

/** Memoised: a fleet has hundreds, and something always changes. */
export const ClusterCard = memo(function ClusterCard({
  cluster,
  rows,
  openDelivery,
}: CardProps & { readonly cluster: Cluster }): ReactNode {
  const stale = cluster.state !== 'online' && cluster.configMaps.length > 0;
  const { alias, production } = cluster.marks ?? {};
  return (
    <article
      className={production === true ? 'card card-production' : 'card'}
      aria-label={`Cluster ${cluster.context}`}
      data-context={cluster.context}
      tabIndex={-1}
    >
      <header className="card-header">
        <h3>{alias ?? cluster.context}</h3>
        <Badge look={CLUSTER_LOOK[cluster.state]} />
        <ClusterFlags cluster={cluster} />
        <p className="facts">
          {alias !== undefined && <span className="code">{cluster.context}</span>}
          <span className="code">{cluster.server}</span>
          <span>{AUTH_WORDS[cluster.auth]}</span>
          {cluster.seenAt !== null && cluster.state !== 'online' && (
            <span>
              seen <Age of={cluster.seenAt} />
            </span>
          )}
        </p>
        <MarksButton cluster={cluster} />
        <ConnectButton cluster={cluster} />
      </header>
      {cluster.signIn !== undefined && cluster.watched && <SignInChoice cluster={cluster} />}
      {cluster.problem && cluster.problem.step !== 'parse' && (
        <Banner
          tone={cluster.state === 'needs-sign-in' ? 'warn' : 'bad'}
          title={`${STEP_WORDS[cluster.problem.step]}: ${cluster.problem.message}`}
        >
          <p>{cluster.problem.fix}</p>
        </Banner>
      )}
      {stale && cluster.seenAt !== null && (
        <p className="stale-note">
          What follows was seen <Age of={cluster.seenAt} /> and may be out of date.
        </p>
      )}
      {cluster.configMaps.map((configMap) => (
        <ConfigMapCard
          key={`${configMap.ref.namespace}/${configMap.ref.name}`}
          configMap={configMap}
          rows={rows}
          openDelivery={openDelivery}
        />
      ))}
      {cluster.state === 'online' && cluster.configMaps.length === 0 && cluster.problem === null && (
        <p className="card-note">No kAudit integration ConfigMap here: kAudit is not deployed, or in a namespace that you may not list.</p>
      )}
    </article>
  );
});

function ClusterFlags({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const { group, production, pinned, readOnly, hidden } = cluster.marks ?? {};
  return (
    <>
      {production === true && <ProductionFlag />}
      {pinned === true && (
        <span className="flag">
          <Pin className="icon" aria-hidden="true" />
          Pinned
        </span>
      )}
      {readOnly === true && (
        <span className="flag" title="You marked it: nothing is written there">
          <LockKeyhole className="icon" aria-hidden="true" />
          Marked read-only
        </span>
      )}
      {hidden === true && <span className="flag">Hidden</span>}
      {group !== undefined && <span className="flag">{group}</span>}
    </>
  );
}

function MarksButton({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon={Tag} label={`Marks of ${cluster.context}`} onPress={() => setOpen(true)} />
      {open && <MarksDialog cluster={cluster} onClose={() => setOpen(false)} />}
    </>
  );
}

/** A plugin may open a browser or ask for a code, so it runs alone only with consent. */
function SignInChoice({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const { context, signIn } = cluster;
  return (
    <div className="card-note">
      <CheckboxInput
        label={`Allow the sign-in of ${context} to run by itself`}
        description="At the start, and when its credentials expire. Asked anew when the kubeconfig’s command changes."
        isSelected={signIn === 'allowed'}
        onChange={(allow) => void action.run(() => client.request('cluster.allowSignIn', { context, allow }))}
      />
    </div>
  );
}

function ConnectButton({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const { context, state, auth } = cluster;
  const connected = state === 'online' || state === 'connecting';
  if (connected) {
    return (
      <Button
        small
        kind="quiet"
        icon={Unplug}
        aria-label={`Disconnect ${context}`}
        onPress={() => void action.run(() => client.request('cluster.disconnect', { context }))}
      >
        Disconnect
      </Button>
    );
  }
  const signsIn = state === 'needs-sign-in' && (auth === 'exec' || auth === 'oidc');
  const word = state === 'idle' ? 'Connect' : signsIn ? 'Sign in' : 'Try again';
  return (
    <>
      {cluster.watched && state !== 'idle' && (
        <Button
          small
          kind="quiet"
          aria-label={`Stop watching ${context}`}
          onPress={() => void action.run(() => client.request('cluster.disconnect', { context }))}
        >
          Stop watching
        </Button>
      )}
      <Button
        small
        icon={Plug}
        isPending={action.busy}
        aria-label={`${word} ${context}`}
        onPress={() => void action.run(() => client.request('cluster.connect', { context }))}
      >
        {word}
      </Button>
    </>
  );
}
