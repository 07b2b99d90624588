import { Download, Upload } from 'lucide-react';
import type { ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components';
import { Button } from '../../components/button.tsx';
import { notify } from '../../components/toast.tsx';
import { useAction, useApp } from '../../state/app.tsx';

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
        title: added === 0 ? 'No preset was added' : added === 1 ? '1 preset was added' : `${added} presets were added`,
        detail: [known === 0 ? '' : `${known} already existed.`, added === 0 ? '' : 'Enter their keys here.'].join(' ').trim(),
      });
    });
  return (
    <>
      <FileTrigger acceptedFileTypes={['application/json', '.json']} onSelect={(files) => void upload(files?.[0])}>
        <Button icon={Upload}>Import</Button>
      </FileTrigger>
      <Button icon={Download} isDisabled={empty} onPress={() => void download()}>
        Export without keys
      </Button>
    </>
  );
}
