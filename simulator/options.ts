import { z } from 'zod/v4';
import type { Clock } from '../core';
import { PersonInput } from './patient/persons';
import { FaultsInput } from './faults';
import { SendAppOptions } from './sendapp/settings';

const PhoneNumber = z.object({
  phoneNumberId: z.string().regex(/^\d+$/),
  displayPhoneNumber: z.string().regex(/^\+[\d ()-]{7,24}$/),
  businessAccountId: z.string().regex(/^\d+$/),
  portfolioId: z.string().min(1),
  verifiedName: z.string().default('Example Clinic'),
  /** Meta's default; 1000 after the upgrade, 20 beside the Business app. */
  throughputPerSecond: z.number().positive().default(80),
  /** Told, not enforced: new people whom the portfolio may write to in 24 hours, as Meta names its levels. */
  messagingLimit: z
    .string()
    .regex(/^TIER_/)
    .default('TIER_2K'),
});
export type PhoneNumber = z.output<typeof PhoneNumber>;

const Options = z.object({
  port: z.int().min(0).max(65535).default(0),
  host: z.string().default('127.0.0.1'),
  clock: z.custom<Clock>((value) => typeof (value as Clock | null)?.now === 'function').optional(),
  seed: z.union([z.int(), z.string()]).optional(),
  accessToken: z.string().min(1),
  appSecret: z.string().min(1),
  verifyToken: z.string().min(1),
  phoneNumbers: z.array(PhoneNumber).min(1),
  webhookUrl: z.url().optional(),
  stateFile: z.string().min(1).optional(),
  openApiFile: z.string().min(1).optional(),
  tls: z.object({ key: z.string(), cert: z.string() }).optional(),
  persons: z.array(PersonInput).default([]),
  faults: FaultsInput.default({}),
  sendApp: SendAppOptions.prefault({}),
});

/**
 * How to start a simulator.
 * - `port` 0 (default) takes a free one; `host` defaults to 127.0.0.1.
 * - `clock` moves windows, rates, time to live and template reviews; the system clock if absent.
 * - `seed` makes faults and ids repeatable (ids also depend on the clock at start).
 * - `stateFile` keeps persons, chats, templates and unsent webhooks over a restart.
 * - `openApiFile` is Meta's OpenAPI document; by default the copy beside this module.
 * - `phoneNumbers[].throughputPerSecond` defaults to 80.
 * - `sendApp` holds the keys of the accounts at SendApp; each has a default.
 */
export type SimulatorOptions = z.input<typeof Options>;
export type Settings = z.output<typeof Options>;

/** @throws zod's error if an option is malformed. */
export const parseOptions = (options: SimulatorOptions): Settings => Options.parse(options);
