import { StrictMode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { createRoot } from 'react-dom/client';
import type { Event } from '../main/common/api.ts';
import { browserTransport, takeToken } from './client/browser-transport.ts';
import { createClient } from './client/client.ts';
import { desktopTransport } from './client/desktop-transport.ts';
import { AppContext } from './state/app.tsx';
import { FleetStore } from './state/fleet-store.ts';
import { Router } from './state/router.ts';
import { Shell } from './views/shell.tsx';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/components.css';
import './styles/fields.css';
import './styles/overlays.css';
import './styles/fleet.css';
import './styles/views.css';
import './styles/editor.css';
import './styles/panel.css';
import './styles/arrivals.css';
import './styles/forced-colors.css';

const bridge = window.kauditTray;
const transport = bridge ? desktopTransport(bridge) : browserTransport(takeToken(location, history, sessionStorage));
const client = createClient(transport);
const store = new FleetStore(client);
const router = new Router(window);

function show(event: Event): void {
  if (event.name !== 'view.show') return;
  const { value } = event;
  router.navigate(value);
}

store.start(show);

const page = document.getElementById('page');
if (!page) throw new Error('index.html has an element "page"');
createRoot(page).render(
  <StrictMode>
    <I18nProvider locale="en-GB">
      <AppContext value={{ client, store, router }}>
        <Shell />
      </AppContext>
    </I18nProvider>
  </StrictMode>,
);
