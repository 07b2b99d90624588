import { utilityProcess } from 'electron';
import type { KeychainAnswer, StartKeychainProcess } from '../../keychain/process.ts';
import * as strings from './strings.ts';

/** The keychain's process in Electron, which does not run as plain Node (a fuse of the package forbids it). */
export function keychainOnElectron(file: string): StartKeychainProcess {
  return ({ answered, ended }) => {
    const child = utilityProcess.fork(file, [], { serviceName: strings.kAuditTrayKeychain, stdio: 'ignore' });
    child.on('message', (answer: KeychainAnswer) => answered(answer));
    child.once('exit', ended);
    return { send: (request) => child.postMessage(request), kill: () => void child.kill() };
  };
}
