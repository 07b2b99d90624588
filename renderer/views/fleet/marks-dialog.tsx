import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import type { ClusterMarks } from '../../../main/common/settings.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { CheckboxInput, TextInput } from '../../components/field.tsx';
import { useAction, useApp } from '../../state/app.tsx';

const FLAGS = [
  { name: 'production', label: 'Production', description: 'Marks its card with its own colour.' },
  { name: 'pinned', label: 'Pinned', description: 'Lists it before the others.' },
  { name: 'hidden', label: 'Hidden', description: 'Shows it only when you search, or show hidden clusters.' },
  { name: 'readOnly', label: 'Read-only', description: 'kAudit Tray never writes to it, whatever your permissions are.' },
] as const;

export function MarksDialog({ cluster, onClose }: { readonly cluster: Cluster; readonly onClose: () => void }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const [marks, setMarks] = useState<ClusterMarks>(cluster.marks ?? {});
  const { context } = cluster;
  const save = async () => {
    const saved = await action.run(() => client.request('cluster.mark', { context, marks }).then(() => true));
    if (saved) onClose();
  };
  return (
    <Dialog
      title={`Marks of ${context}`}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form="marks-form" isPending={action.busy}>
            Save marks
          </Button>
        </>
      }
    >
      <p className="quiet">
        Only for you, on this computer. They belong to {cluster.server}: a context with a new server starts without marks.
      </p>
      <Form
        id="marks-form"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextInput
          label="Alias"
          autoFocus
          description="Replaces the context’s name."
          value={marks.alias ?? ''}
          onChange={(alias) => setMarks({ ...marks, alias })}
        />
        <TextInput
          label="Group"
          description="You can show the clusters of a group together."
          value={marks.group ?? ''}
          onChange={(group) => setMarks({ ...marks, group })}
        />
        <div className="choices">
          {FLAGS.map(({ name, label, description }) => (
            <CheckboxInput
              key={name}
              label={label}
              description={description}
              isSelected={marks[name] === true}
              onChange={(selected) => setMarks({ ...marks, [name]: selected })}
            />
          ))}
        </div>
      </Form>
    </Dialog>
  );
}
