import { useEffect } from 'react';
import { isWatched } from '../../../main/common/fleet/arrival.ts';
import { useApp, useFleetPart } from '../../state/app.tsx';

/** Main decides what is old enough to query. */
const EVERY = 60_000;

/** While the window is visible, one preset at a time: a browser has few connections per host. */
export function useArrivalsLook(): void {
  const { client } = useApp();
  const watched = useFleetPart((fleet) =>
    fleet.presets
      .filter(isWatched)
      .map(({ id }) => id)
      .join(' '),
  );
  useEffect(() => {
    if (watched === undefined || watched === '') return;
    let over = false;
    let looking = false;
    const look = async () => {
      if (looking || document.visibilityState === 'hidden') return;
      looking = true;
      for (const preset of watched.split(' ')) {
        if (over) break;
        // The state shows the outcome.
        await client.request('arrivals.get', { preset }).catch(() => {});
      }
      looking = false;
    };
    void look();
    const timer = setInterval(() => void look(), EVERY);
    const seen = () => void look();
    document.addEventListener('visibilitychange', seen);
    return () => {
      over = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
    };
  }, [client, watched]);
}
