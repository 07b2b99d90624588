// What this room says to people. `npm run check` refuses sentences elsewhere in it.

export const awsEuWest1Ireland = 'AWS eu-west-1, Ireland';
export const awsEuNorth1Stockholm = 'AWS eu-north-1, Stockholm';
export const awsUsEast2Ohio = 'AWS us-east-2, Ohio';
export const awsUsWest2Oregon = 'AWS us-west-2, Oregon';
export const gcpUsCentral1Iowa = 'GCP us-central1, Iowa';
export const awsApSouth1Mumbai = 'AWS ap-south-1, Mumbai';
export const awsApSoutheast1Singapore = 'AWS ap-southeast-1, Singapore';
export const awsApSoutheast3Jakarta = 'AWS ap-southeast-3, Jakarta';
export const awsGovCloudUsGovWest = 'AWS GovCloud us-gov-west-1';
export const keyBelongsPresetButUrl = (name: string, own: string, other: string) =>
  `This key belongs to the preset ${name} of ${own}, but the URL sends to ${other}. Use that preset, or replace the key.`;
export const domainLooksLike = 'A domain looks like eu2.coralogix.com';
