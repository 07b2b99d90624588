import { type ReactNode, useState } from 'react';
import type { Refusal } from '../../main/common/history/refusal.ts';
import type { ExportedChange, ExportForm } from '../../main/common/rollout/export.ts';
import { Banner } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { RadioInput } from '../components/field.tsx';
import { CopyButton } from '../components/link.tsx';
import { useAction } from '../state/app.tsx';
import * as strings from './strings.ts';

const FORMS: readonly { readonly id: ExportForm; readonly label: string; readonly description: string }[] = [
  { id: 'patch', label: strings.patch, description: strings.kustomizeKubectlPatchPatchFile },
  { id: 'kubectl', label: strings.kubectlCommand, description: strings.forAShell },
  { id: 'values', label: strings.valuesFile, description: strings.valuesKAuditsHelmChart },
];

/** A change of a ConfigMap that something else manages, to export. */
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
      title={strings.exportChange(name)}
      size="large"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{strings.close}</Button>
          {made !== null && <CopyButton text={made.text} label={strings.copyChange} />}
        </>
      }
    >
      <RadioInput
        label={strings.format}
        options={FORMS}
        value={made === null && refused === null ? null : form}
        onChange={(id) => void make(id as ExportForm)}
      />
      {refused !== null && <Banner tone="bad" live title={refused} />}
      {made !== null && made.keys > 0 && <Banner tone="warn" title={strings.keysLeftOutReplacePlaceholders} />}
      {made !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
        <pre className="code-block" role="group" aria-label={strings.exportedChange} tabIndex={0}>
          {made.text}
        </pre>
      )}
    </Dialog>
  );
}
