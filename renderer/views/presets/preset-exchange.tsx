import { Download, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components';
import { Button } from '../../components/button.tsx';
import { notify } from '../../components/toast.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import * as strings from './strings.ts';

export function PresetExchange({ empty }: { readonly empty: boolean }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const download = () =>
    action.run(async () => {
      const { text } = await client.request('preset.export', {});
      const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
      const link = document.createElement('a');
      link.href = url;
      link.download = 'kaudit-tray-presets.json';
      link.click();
      URL.revokeObjectURL(url);
    });
  const upload = (file: File | undefined) =>
    file &&
    action.run(async () => {
      const { added, known } = await client.request('preset.import', { text: await file.text() });
      notify({
        tone: added === 0 ? 'info' : 'good',
        title: added === 0 ? strings.noPresetAdded : added === 1 ? strings.n1PresetAdded : strings.presetsAdded(added),
        detail: [known === 0 ? '' : strings.alreadyExisted(known), added === 0 ? '' : strings.enterTheirKeysHere].join(' ').trim(),
      });
    });
  return (
    <>
      <FileTrigger acceptedFileTypes={['application/json', '.json']} onSelect={(files) => void upload(files?.[0])}>
        <Button icon={Upload}>{strings.importLabel}</Button>
      </FileTrigger>
      <Button icon={Download} isDisabled={empty} onPress={() => void download()}>
        {strings.exportWithoutKeys}
      </Button>
    </>
  );
}
