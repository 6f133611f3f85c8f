// Loaded into n8n before anything else: its clock runs, but so many milliseconds ahead.
const ahead = Number(process.env.CARECAMPAIGN_TEST_CLOCK_AHEAD ?? 0);
const RealDate = Date;

globalThis.Date = class Date extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + ahead);
    else super(...args);
  }

  static now() {
    return RealDate.now() + ahead;
  }
};
