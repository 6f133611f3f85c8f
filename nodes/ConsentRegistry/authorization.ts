import type { INodeProperties } from 'n8n-workflow';
import type { AuthorizationKey } from '../../core';
import { fieldParameter } from '../shared/fieldPath';

/** The elements of a HIPAA authorization as users see them. */
export const AUTHORIZATION_TITLES: Readonly<Record<AuthorizationKey, string>> = {
  authorizationInformation: 'Authorization: Information Field',
  authorizationDisclosedBy: 'Authorization: Disclosed By Field',
  authorizationDisclosedTo: 'Authorization: Disclosed To Field',
  authorizationPurpose: 'Authorization: Purpose Field',
  authorizationExpirationEvent: 'Authorization: Expiration Event Field',
  authorizationSignedBy: 'Authorization: Signed By Field',
  authorizationSignedOn: 'Authorization: Signed On Field',
  authorizationRepresentativeAuthority: 'Authorization: Representative Authority Field',
  authorizationRightToRevoke: 'Authorization: Right to Revoke Field',
  authorizationNoConditioning: 'Authorization: No Conditioning Field',
  authorizationRedisclosure: 'Authorization: Redisclosure Field',
  authorizationRemuneration: 'Authorization: Remuneration Field',
  authorizationCopyGiven: 'Authorization: Copy Given Field',
};

/** Field of the item for each element, by the name of its parameter. */
export const authorizationFields: INodeProperties = {
  displayName: 'HIPAA Authorization',
  name: 'authorization',
  type: 'collection',
  placeholder: 'Add Element',
  default: {},
  options: Object.entries(AUTHORIZATION_TITLES)
    .map(([key, displayName]) =>
      fieldParameter({
        displayName,
        name: `${key}Field`,
        default: key,
        description: 'Field of the item that holds this element of 45 CFR 164.508(c)',
      }),
    )
    .sort((a, b) => a.displayName.localeCompare(b.displayName)),
  displayOptions: { show: { kind: ['given'], purpose: ['review', 'prevention', 'events'] } },
  description:
    'For the United States, where these purposes need an authorization. Valid Until, in the options, is its expiration date.',
};
