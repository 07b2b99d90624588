import { type ReactNode, useMemo, useState } from 'react';
import { Autocomplete, Input, Menu, MenuItem, SearchField } from 'react-aria-components';
import { Dialog } from '../../components/dialog.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { commandsOf, findCommands, pressWhenShown, viewCommands } from './commands.ts';
import * as strings from './strings.ts';

/** Commands in one group. */
const MOST = 50;

/** Finds every action by a few letters. */
export function Palette({ onClose, onShortcuts }: { readonly onClose: () => void; readonly onShortcuts: () => void }): ReactNode {
  const fleet = useFleet();
  const { client, router } = useApp();
  const { run } = useAction();
  const [query, setQuery] = useState('');
  const [here] = useState(() => viewCommands(document));
  const commands = useMemo(() => {
    const inView = new Set(here.map(({ words }) => words));
    const press = (words: string) => pressWhenShown(document, words);
    const others = commandsOf(fleet, { client, navigate: router.navigate, showShortcuts: onShortcuts, press });
    return [...here, ...others.filter(({ words }) => !inView.has(words))];
  }, [here, fleet, client, router, onShortcuts]);
  const found = useMemo(() => findCommands(commands, query, MOST), [commands, query]);
  return (
    <Dialog title={strings.commands} onClose={onClose}>
      <Autocomplete inputValue={query} onInputChange={setQuery}>
        <SearchField aria-label={strings.command} autoFocus>
          <Input className="input" placeholder={strings.typeCommandClusterIntegration} />
        </SearchField>
        <Menu
          className="options palette-options"
          aria-label={strings.commands}
          items={found}
          renderEmptyState={() => <p className="card-note">{strings.noMatches}</p>}
          onAction={(id) => {
            const command = commands.find((each) => each.id === id);
            onClose();
            if (command) void run(async () => command.run());
          }}
        >
          {(command) => (
            <MenuItem id={command.id} textValue={command.words} className="option palette-option">
              <span>{command.words}</span>
              <span className="quiet">{command.hint}</span>
            </MenuItem>
          )}
        </Menu>
      </Autocomplete>
    </Dialog>
  );
}
