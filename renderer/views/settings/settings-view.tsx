import { Plus, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Args } from '../../../main/common/api.ts';
import type { AppError } from '../../../main/common/errors.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { RadioInput, TextInput } from '../../components/field.tsx';
import { useApp, useFleet } from '../../state/app.tsx';
import { DesktopSettings } from './desktop-settings.tsx';

const THEMES = [
  { id: 'system', label: 'As the system' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
] as const;

export function SettingsView(): ReactNode {
  const { client } = useApp();
  const { settings, files, desktop } = useFleet();
  const [error, setError] = useState<AppError | null>(null);
  const update = async (part: Args<'settings.update'>['settings']): Promise<boolean> => {
    try {
      setError(null);
      await client.request('settings.update', { settings: part });
      return true;
    } catch (thrown) {
      setError(asAppError(thrown));
      return false;
    }
  };
  return (
    <div className="view view-narrow">
      <header className="view-header">
        <h1>Settings</h1>
      </header>
      {error && <Banner tone="bad" live title={error.message} />}
      <section className="card" aria-label="Appearance">
        <RadioInput
          label="Theme"
          inline
          options={THEMES}
          value={settings.theme}
          onChange={(theme) => void update({ theme: theme === 'light' || theme === 'dark' ? theme : 'system' })}
        />
      </section>
      {desktop && <DesktopSettings desktop={desktop} settings={settings} update={update} />}
      <section className="card" aria-labelledby="settings-files">
        <h2 id="settings-files">Kubeconfig files</h2>
        <p className="quiet">Read in this order, watched for changes; where two name the same context, the first one counts.</p>
        <ul className="plain">
          {files.map((file) => (
            <li key={file.path} className="entry">
              <span className="code">{file.path}</span>
              {file.problem !== undefined && <span className="field-error">{file.problem}</span>}
              {settings.kubeconfigFiles.includes(file.path) && (
                <IconButton
                  icon={X}
                  label={`Remove ${file.path}`}
                  onPress={() => void update({ kubeconfigFiles: settings.kubeconfigFiles.filter((path) => path !== file.path) })}
                />
              )}
            </li>
          ))}
          {files.length === 0 && <li className="quiet">None was found.</li>}
        </ul>
        <AddEntry
          label="Add a kubeconfig file"
          placeholder="/home/me/clusters/staging.yaml"
          description="Its absolute path."
          add={(path) => update({ kubeconfigFiles: [...settings.kubeconfigFiles.filter((known) => known !== path), path] })}
        />
      </section>
      <section className="card" aria-labelledby="settings-namespaces">
        <h2 id="settings-namespaces">Namespaces</h2>
        <p className="quiet">
          Where listing a whole cluster is forbidden, these are looked into, and <span className="code">alcide-kaudit</span> always.
        </p>
        <ul className="plain">
          {settings.namespaces.map((namespace) => (
            <li key={namespace} className="entry">
              <span className="code">{namespace}</span>
              <IconButton
                icon={X}
                label={`Remove ${namespace}`}
                onPress={() => void update({ namespaces: settings.namespaces.filter((known) => known !== namespace) })}
              />
            </li>
          ))}
        </ul>
        <AddEntry
          label="Add a namespace"
          placeholder="security-audit"
          add={(namespace) => update({ namespaces: [...settings.namespaces.filter((known) => known !== namespace), namespace] })}
        />
      </section>
    </div>
  );
}

function AddEntry({
  label,
  placeholder,
  description,
  add,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly description?: string;
  readonly add: (entry: string) => Promise<boolean>;
}): ReactNode {
  const [text, setText] = useState('');
  const submit = async () => {
    const entry = text.trim();
    if (entry !== '' && (await add(entry))) setText('');
  };
  return (
    <Form
      className="add-entry"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextInput code label={label} placeholder={placeholder} value={text} onChange={setText} {...(description ? { description } : {})} />
      <Button type="submit" icon={Plus} isDisabled={text.trim() === ''}>
        Add
      </Button>
    </Form>
  );
}
