import { Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Form } from 'react-aria-components';
import type { Args } from '../../../main/common/api.ts';
import type { AppError } from '../../../main/common/errors.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button, IconButton } from '../../components/button.tsx';
import { RadioInput, TextInput } from '../../components/field.tsx';
import { useApp, useFleet } from '../../state/app.tsx';
import { DesktopSettings } from './desktop-settings.tsx';
import * as strings from './strings.ts';

const THEMES = [
  { id: 'system', label: strings.sameSystem },
  { id: 'light', label: strings.light },
  { id: 'dark', label: strings.dark },
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
        <h1>{strings.settings}</h1>
      </header>
      {error && <Banner tone="bad" live title={error.message} />}
      <section className="card" aria-label={strings.appearance}>
        <RadioInput
          label={strings.theme}
          inline
          options={THEMES}
          value={settings.theme}
          onChange={(theme) => void update({ theme: theme === 'light' || theme === 'dark' ? theme : 'system' })}
        />
      </section>
      {desktop && <DesktopSettings desktop={desktop} settings={settings} update={update} />}
      <section className="card" aria-labelledby="settings-files">
        <h2 id="settings-files">{strings.kubeconfigFiles}</h2>
        <p className="quiet">{strings.kAuditTrayReadsTheseFiles}</p>
        <ul className="plain" aria-label={strings.kubeconfigFilesUse}>
          {files.map((file) => (
            <li key={file.path} className="entry">
              <span className="code">{file.path}</span>
              {file.problem !== undefined && <span className="field-error">{file.problem}</span>}
            </li>
          ))}
          {files.length === 0 && <li className="quiet">{strings.noFilesFound}</li>}
        </ul>
        <EntryList
          title={strings.addedHere}
          entries={settings.kubeconfigFiles}
          onChange={(kubeconfigFiles) => update({ kubeconfigFiles })}
          label={strings.addKubeconfigFileFolderThem}
          placeholder="~/clusters"
          description={strings.fullPathFolderKAuditTray}
        />
      </section>
      <section className="card" aria-labelledby="settings-namespaces">
        <h2 id="settings-namespaces">{strings.namespaces}</h2>
        <p className="quiet">
          {strings.ifCantListWholeCluster}
          <span className="code">{strings.alcideKaudit}</span>
          {strings.ifCantListNamespaceEither}
          <span className="code">{strings.namespaceName}</span>.
        </p>
        <EntryList
          title={strings.searched}
          entries={settings.namespaces}
          onChange={(namespaces) => update({ namespaces })}
          label={strings.addNamespaceOneConfigMap}
          placeholder="security-audit"
        />
      </section>
    </div>
  );
}

function EntryList({
  title,
  entries,
  onChange,
  ...field
}: {
  readonly title: string;
  readonly entries: readonly string[];
  readonly onChange: (entries: string[]) => Promise<boolean>;
  readonly label: string;
  readonly placeholder: string;
  readonly description?: string;
}): ReactNode {
  // A change that follows before the state has the previous one must not undo it.
  const current = useRef(entries);
  useEffect(() => {
    current.current = entries;
  }, [entries]);
  const change = async (entry: string, more: readonly string[]) => {
    const next = [...current.current.filter((known) => known !== entry), ...more];
    current.current = next;
    const ok = await onChange(next);
    if (!ok) current.current = entries;
    return ok;
  };
  return (
    <>
      {entries.length > 0 && (
        <ul className="plain" aria-label={title}>
          {entries.map((entry) => (
            <li key={entry} className="entry">
              <span className="code">{entry}</span>
              <IconButton icon={X} label={strings.removeEntry(entry)} onPress={() => void change(entry, [])} />
            </li>
          ))}
        </ul>
      )}
      <AddEntry {...field} add={(entry) => change(entry, [entry])} />
    </>
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
        {strings.add}
      </Button>
    </Form>
  );
}
