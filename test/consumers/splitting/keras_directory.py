"""Splits a folder with image_dataset_from_directory, trains, and prints what both parts have in common."""
import json
import sys
import tensorflow as tf

FOLDER = sys.argv[1]
train = tf.keras.utils.image_dataset_from_directory(
    FOLDER, validation_split=0.2, subset='training', seed=1, image_size=(32, 32), batch_size=32)
held = tf.keras.utils.image_dataset_from_directory(
    FOLDER, validation_split=0.2, subset='validation', seed=1, image_size=(32, 32), batch_size=32)
net = tf.keras.Sequential([
    tf.keras.Input((32, 32, 3)),
    tf.keras.layers.Rescaling(1.0 / 255),
    tf.keras.layers.Conv2D(16, 3, activation='relu'),
    tf.keras.layers.MaxPooling2D(),
    tf.keras.layers.Conv2D(32, 3, activation='relu'),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(len(train.class_names), activation='softmax'),
])
net.compile(tf.keras.optimizers.Adam(1e-3), 'sparse_categorical_crossentropy', metrics=['accuracy'])
net.fit(train, validation_data=held, epochs=15, verbose=0)

parts = [[image.numpy().tobytes() for image, _ in part.unbatch()] for part in (train, held)]
print(json.dumps({'train': len(parts[0]), 'held': len(parts[1]), 'shared': len(set(parts[0]) & set(parts[1])),
                  'accuracy': net.evaluate(held, verbose=0)[1]}))
