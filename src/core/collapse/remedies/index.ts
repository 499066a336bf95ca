/** The registry of remedies: what can be changed in a script against a warning. */
import { baseScaleRemedy, channelsRemedy, familyRemedy, predictionScaleRemedy, rangeRemedy } from './base';
import { classWeightsRemedy } from './class-weights';
import { activationRemedy, batchNormRemedy, linearRemedy } from './depth';
import { applyRemedy, gradientRemedy, labelsFirstRemedy, ownWeightsRemedy, returnRemedy } from './gradient';
import { learningRateRemedy } from './learning-rate';
import * as layers from './layers';
import * as loop from './loop';
import * as numbers from './numbers';
import * as output from './output';
import { classNumbersRemedy, listedApartRemedy, shuffledApartRemedy } from './pairing';
import { allParametersRemedy, optimizerLastRemedy, otherNetRemedy } from './parameters';
import type { CodeRemedy } from './remedy';
import { rawInputRemedy, scaledOnceRemedy, scaledTransformRemedy, tensorFirstRemedy } from './scaling';
import { noScheduleRemedy, perBatchRemedy, rateGoneRemedy } from './schedule';
import { dataSetShuffleRemedy, predictionOrderRemedy, shuffleRemedy } from './shuffle';
import { splitRemedy } from './split';
import { lastLayerRemedy, laterTrainingRemedy, trainableRemedy } from './trainable';
import { unitsRemedy } from './units';

export const REMEDIES: readonly CodeRemedy[] = [
  learningRateRemedy,
  output.oneUnitRemedy,
  unitsRemedy,
  output.doubleActivationRemedy,
  output.missingActivationRemedy,
  output.lastActivationRemedy,
  output.classLossRemedy,
  output.labelFormRemedy,
  output.outputsForClassesRemedy,
  output.squeezeRemedy,
  output.softmaxAxisRemedy,
  output.decisionAxisRemedy,
  shuffleRemedy,
  dataSetShuffleRemedy,
  predictionOrderRemedy,
  classWeightsRemedy,
  numbers.epochsRemedy,
  numbers.weightDecayRemedy,
  numbers.dropoutRemedy,
  layers.lastDropoutRemedy,
  numbers.labelSmoothingRemedy,
  numbers.gradientClipRemedy,
  layers.initRemedy,
  layers.hiddenActivationRemedy,
  loop.gradientsRemedy,
  loop.zeroFirstRemedy,
  loop.stepRemedy,
  loop.backwardRemedy,
  loop.evalModeRemedy,
  loop.trainModeRemedy,
  loop.trainingFlagRemedy,
  lastLayerRemedy,
  gradientRemedy,
  applyRemedy,
  ownWeightsRemedy,
  labelsFirstRemedy,
  returnRemedy,
  allParametersRemedy,
  otherNetRemedy,
  optimizerLastRemedy,
  perBatchRemedy,
  noScheduleRemedy,
  rateGoneRemedy,
  batchNormRemedy,
  activationRemedy,
  linearRemedy,
  shuffledApartRemedy,
  listedApartRemedy,
  classNumbersRemedy,
  scaledTransformRemedy,
  tensorFirstRemedy,
  scaledOnceRemedy,
  rawInputRemedy,
  channelsRemedy,
  predictionScaleRemedy,
  familyRemedy,
  rangeRemedy,
  baseScaleRemedy,
  splitRemedy,
  trainableRemedy,
  laterTrainingRemedy,
];
