import type { ReactNode } from 'react';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { CheckboxInput } from '../../components/field.tsx';
import { CopyButton } from '../../components/link.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import { AUTH_WORDS, CLUSTER_LOOK, STEP_WORDS } from '../words.ts';
import * as strings from './strings.ts';

/** Details of a cluster, and what to do if it can't be reached. */
export function ClusterDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }): ReactNode {
  const { context, server, user, file, auth, state, problem, marks, seenAt } = cluster;
  return (
    <Dialog
      title={marks?.alias ?? context}
      size="side"
      onClose={onClose}
      footer={
        <Button kind="primary" onPress={onClose}>
          {strings.done}
        </Button>
      }
    >
      <p className="verdict">
        <Badge look={CLUSTER_LOOK[state]} />
      </p>
      {problem && problem.step !== 'parse' && (
        <Banner tone={state === 'needs-sign-in' ? 'warn' : 'bad'} title={`${STEP_WORDS[problem.step]}: ${problem.message}`}>
          <Remedy text={problem.fix} />
        </Banner>
      )}
      {cluster.signIn !== undefined && cluster.watched && <SignInChoice cluster={cluster} />}
      <dl className="report-facts">
        <dt>{strings.context}</dt>
        <dd className="code">{context}</dd>
        <dt>{strings.server}</dt>
        <dd className="code">{server}</dd>
        {user !== undefined && (
          <>
            <dt>{strings.user}</dt>
            <dd className="code">{user}</dd>
          </>
        )}
        <dt>{strings.signsInWith}</dt>
        <dd>{AUTH_WORDS[auth]}</dd>
        <dt>{strings.kubeconfig}</dt>
        <dd className="code">{file}</dd>
        {seenAt !== null && (
          <>
            <dt>{strings.lastSeen}</dt>
            <dd>
              <Age of={seenAt} />
            </dd>
          </>
        )}
      </dl>
    </Dialog>
  );
}

/** A sentence, and what to paste somewhere unchanged. */
function Remedy({ text }: { readonly text: string }): ReactNode {
  const [sentence = '', ...lines] = text.split('\n');
  const block = lines.join('\n').replace(/^\n+/, '');
  return (
    <>
      <p>{sentence}</p>
      {block.trim() !== '' && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls */}
          <pre className="code-block" role="group" aria-label={strings.toCopy} tabIndex={0}>
            {block}
          </pre>
          <CopyButton text={block} label={strings.copy} />
        </>
      )}
    </>
  );
}

/** A plugin may open a browser or ask for a code: it runs on its own only if the user has allowed that. */
function SignInChoice({ cluster }: { readonly cluster: Cluster }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const { context, signIn } = cluster;
  return (
    <CheckboxInput
      label={strings.allowSignInRunAutomatically(context)}
      description={strings.atStartAndWhenCredentialsExpire}
      isSelected={signIn === 'allowed'}
      onChange={(allow) => void action.run(() => client.request('cluster.allowSignIn', { context, allow }))}
    />
  );
}
