import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import type { ClusterMarks } from '../../../main/common/settings.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { CheckboxInput, TextInput } from '../../components/field.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import * as strings from './strings.ts';

const FLAGS = [
  { name: 'production', label: strings.production, description: strings.showsFlagNextToName },
  { name: 'pinned', label: strings.pinned, description: strings.listsBeforeOthers },
  { name: 'hidden', label: strings.hidden, description: strings.showsOnlyWhenSearchShow },
  { name: 'readOnly', label: strings.readOnlyLabel, description: strings.kAuditTrayNeverWritesWhatever },
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
      title={strings.marksOf(context)}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{strings.cancel}</Button>
          <Button kind="primary" type="submit" form="marks-form" isPending={action.busy}>
            {strings.saveMarks}
          </Button>
        </>
      }
    >
      <p className="quiet">{strings.onlyComputerTheyBelongContext(cluster.server)}</p>
      <Form
        id="marks-form"
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <TextInput
          label={strings.alias}
          autoFocus
          description={strings.replacesContextsName}
          value={marks.alias ?? ''}
          onChange={(alias) => setMarks({ ...marks, alias })}
        />
        <TextInput
          label={strings.group}
          description={strings.canShowClustersGroupTogether}
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
