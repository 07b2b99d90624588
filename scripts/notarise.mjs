// electron-builder calls this after signing. Notarises on macOS where the account is in the environment (an App Store
// Connect API key); says so where it is not. Not verified: it takes a Mac and a developer account.
import { join } from 'node:path';

/** @param {import('electron-builder').AfterPackContext} context */
export default async function notarise(context) {
  if (context.electronPlatformName !== 'darwin') return;
  const { APPLE_API_KEY: appleApiKey, APPLE_API_KEY_ID: appleApiKeyId, APPLE_API_ISSUER: appleApiIssuer } = process.env;
  if (!appleApiKey || !appleApiKeyId || !appleApiIssuer) {
    process.stderr.write('Not notarised: APPLE_API_KEY (a file), APPLE_API_KEY_ID and APPLE_API_ISSUER are not set.\n');
    return;
  }
  const { notarize } = await import('@electron/notarize');
  const appPath = join(context.appOutDir, `${context.packager.appInfo.productFilename}.app`);
  await notarize({ appPath, appleApiKey, appleApiKeyId, appleApiIssuer });
}
