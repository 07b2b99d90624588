import { type ReactNode, useState } from 'react';
import type { Refusal } from '../../main/common/history/refusal.ts';
import type { ExportedChange, ExportForm } from '../../main/common/rollout/export.ts';
import { Banner } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { RadioInput } from '../components/field.tsx';
import { CopyButton } from '../components/link.tsx';
import { useAction } from '../state/app.tsx';

const FORMS: readonly { readonly id: ExportForm; readonly label: string; readonly description: string }[] = [
  { id: 'patch', label: 'Patch', description: 'For Kustomize, or for kubectl patch --patch-file.' },
  { id: 'kubectl', label: 'kubectl command', description: 'For a shell.' },
  { id: 'values', label: 'Values file', description: "For the values of kAudit's Helm chart." },
];

/** A change of a ConfigMap that something else manages, to hand on. */
export function ExportDialog({
  name,
  ask,
  onClose,
}: {
  readonly name: string;
  readonly ask: (form: ExportForm) => Promise<ExportedChange | Refusal>;
  readonly onClose: () => void;
}): ReactNode {
  const action = useAction();
  const [form, setForm] = useState<ExportForm>('patch');
  const [made, setMade] = useState<{ readonly text: string; readonly keys: number } | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const make = async (next: ExportForm) => {
    setForm(next);
    setMade(null);
    setRefused(null);
    const reply = await action.run(() => ask(next));
    if (reply?.outcome === 'exported') setMade({ text: reply.text, keys: reply.placeholders.length });
    else if (reply) setRefused(reply.reason);
  };
  return (
    <Dialog
      title={`Export the change to ${name}`}
      size="large"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Close</Button>
          {made !== null && <CopyButton text={made.text} label="Copy it" />}
        </>
      }
    >
      <RadioInput
        label="As"
        options={FORMS}
        value={made === null && refused === null ? null : form}
        onChange={(id) => void make(id as ExportForm)}
      />
      {refused !== null && <Banner tone="bad" live title={refused} />}
      {made !== null && made.keys > 0 && (
        <Banner tone="warn" title="Keys are left out. Replace the placeholders with the keys, or use a reference (ref/)." />
      )}
      {made !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
        <pre className="code-block" role="group" aria-label="The exported change" tabIndex={0}>
          {made.text}
        </pre>
      )}
    </Dialog>
  );
}
