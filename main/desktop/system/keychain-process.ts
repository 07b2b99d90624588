import { utilityProcess } from 'electron';
import type { KeychainReply, StartKeychainProcess } from '../../keychain/process.ts';
import * as strings from './strings.ts';

/** The keychain's process in Electron, which can't run as plain Node (a fuse of the package forbids it). */
export function keychainOnElectron(file: string): StartKeychainProcess {
  return ({ replied, ended }) => {
    const child = utilityProcess.fork(file, [], { serviceName: strings.kAuditTrayKeychain, stdio: 'ignore' });
    child.on('message', (reply: KeychainReply) => replied(reply));
    child.once('exit', ended);
    return { send: (request) => child.postMessage(request), kill: () => void child.kill() };
  };
}
