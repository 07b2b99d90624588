import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import type { ClusterMarks } from '../../../main/common/settings.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { CheckboxInput, TextInput } from '../../components/field.tsx';
import { useAction, useApp } from '../../state/app.tsx';

const FLAGS = [
  { name: 'production', label: 'Production', description: 'Its card is marked in a colour of its own.' },
  { name: 'pinned', label: 'Pinned', description: 'It stands before the others.' },
  { name: 'hidden', label: 'Hidden', description: 'It is shown only when you search, or ask for hidden clusters.' },
  { name: 'readOnly', label: 'Read-only', description: 'kAudit Tray never writes to it, whatever you may do there.' },
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
        Only for you, on this computer. They belong to {cluster.server}: a context that changes its server starts anew.
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
          description="Shown instead of the context’s name."
          value={marks.alias ?? ''}
          onChange={(alias) => setMarks({ ...marks, alias })}
        />
        <TextInput
          label="Group"
          description="Clusters of one group can be shown together."
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
