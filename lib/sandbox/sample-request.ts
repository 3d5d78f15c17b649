/** The sandbox's sample request: verifies with either of the sample tenants. Plainly made up, as on Kaleyra's page. */
export const sampleRequest = {
  tenant_id: 'acme',
  waba_id: '109012345678901',
  id: '678997654123456',
  phone_number: '+919765412345',
  otp: '671242',
} as const;

/** The sample phone number with other digits at its end. */
export const phoneNumberEndingIn = (lastFour: string): string =>
  sampleRequest.phone_number.slice(0, -lastFour.length) + lastFour;
