/**
 * Files for trying out the collapse views: a training script that collapses on the demo's digits, and predictions of a
 * collapsed net.
 */
import type { DemoTruth } from './faults.ts';

/** A learning rate too high for Adam, without batch normalization: the lab names both together. */
export const demoTrainingScript = `from tensorflow import keras
from tensorflow.keras import layers

train = keras.utils.image_dataset_from_directory(
    "digits", validation_split=0.2, subset="training", seed=1, image_size=(28, 28), batch_size=32)
val = keras.utils.image_dataset_from_directory(
    "digits", validation_split=0.2, subset="validation", seed=1, image_size=(28, 28), batch_size=32)

model = keras.Sequential([
    layers.Input((28, 28, 3)),
    layers.Rescaling(1 / 127.5, offset=-1),
    layers.Conv2D(16, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=0.3),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.fit(train, validation_data=val, epochs=10)
`;

/** The class that the collapsed net predicts for every image. */
const always = 1;

/** Made up, not trained: the predictions of a net that has collapsed to one class. */
export function collapsedPredictions(paths: readonly string[], { damaged }: Pick<DemoTruth, 'damaged'>): string {
  const unreadable = new Set(
    damaged.filter(({ damage }) => ['empty', 'text', 'truncated'].includes(damage)).map(({ path }) => path),
  );
  return `path,predicted\n${paths
    .filter((path) => !unreadable.has(path))
    .map((path) => `${path},${always}\n`)
    .join('')}`;
}
