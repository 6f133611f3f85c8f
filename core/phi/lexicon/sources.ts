import brands from '../data/any/brands.json';
import drugs from '../data/any/drugs.json';
import formation from '../data/any/formation.json';
import deClinical from '../data/de/clinical.json';
import deContext from '../data/de/context.json';
import deEconomic from '../data/de/economic.json';
import deMedicine from '../data/de/medicine.json';
import dePathway from '../data/de/pathway.json';
import dePhrases from '../data/de/phrases.json';
import deRevealing from '../data/de/revealing.json';
import enClinical from '../data/en/clinical.json';
import enContext from '../data/en/context.json';
import enEconomic from '../data/en/economic.json';
import enMedicine from '../data/en/medicine.json';
import enPathway from '../data/en/pathway.json';
import enPhrases from '../data/en/phrases.json';
import enRevealing from '../data/en/revealing.json';
import esClinical from '../data/es/clinical.json';
import esContext from '../data/es/context.json';
import esEconomic from '../data/es/economic.json';
import esMedicine from '../data/es/medicine.json';
import esPathway from '../data/es/pathway.json';
import esPhrases from '../data/es/phrases.json';
import esRevealing from '../data/es/revealing.json';
import frClinical from '../data/fr/clinical.json';
import frContext from '../data/fr/context.json';
import frEconomic from '../data/fr/economic.json';
import frMedicine from '../data/fr/medicine.json';
import frPathway from '../data/fr/pathway.json';
import frPhrases from '../data/fr/phrases.json';
import frRevealing from '../data/fr/revealing.json';
import itClinical from '../data/it/clinical.json';
import itContext from '../data/it/context.json';
import itEconomic from '../data/it/economic.json';
import itMedicine from '../data/it/medicine.json';
import itPathway from '../data/it/pathway.json';
import itPhrases from '../data/it/phrases.json';
import itRevealing from '../data/it/revealing.json';
import correct from '../data/any/correct.json';
import { foldText } from '../text/fold';
import type { LexiconFile } from './types';

/** All lexicons of health data, in a fixed order. */
export const LEXICONS = [
  drugs, brands, formation,
  itClinical, itPathway, itEconomic, itRevealing, itMedicine, itPhrases, itContext,
  deClinical, dePathway, deEconomic, deRevealing, deMedicine, dePhrases, deContext,
  enClinical, enPathway, enEconomic, enRevealing, enMedicine, enPhrases, enContext,
  esClinical, esPathway, esEconomic, esRevealing, esMedicine, esPhrases, esContext,
  frClinical, frPathway, frEconomic, frRevealing, frMedicine, frPhrases, frContext,
] as readonly LexiconFile[]; // prettier-ignore

/** Everyday words one slip away from a medical one: never taken for a typing error. */
export const CORRECT_WORDS: readonly string[] = correct.words.flatMap((line) => foldText(line).split(/,\s*/));
