/** The sample request of the sandbox, the documentation and the tests. Every value is obviously fake. */
export const sampleRequest = {
  tenant_id: 'acme',
  waba_id: '109012345678901',
  id: '678997654123456',
  phone_number: '+919765412345',
  otp: '671242',
};

/** The sample phone number with other last digits. */
export const toSamplePhoneNumber = (lastFour: string): string =>
  sampleRequest.phone_number.slice(0, -lastFour.length) + lastFour;
