"""Trains a small net, recorded by plumbline_watch.py. Started by test/consumers/watch.ts: FOLDER WATCHED RATE EPOCHS."""
import sys
import tensorflow as tf
from plumbline_watch import KerasWatch

FOLDER, WATCHED, RATE, EPOCHS = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])


def read(subset):
    return tf.keras.utils.image_dataset_from_directory(
        FOLDER, image_size=(32, 32), batch_size=32, seed=1, validation_split=0.2, subset=subset)


train, val = read('training'), read('validation')
net = tf.keras.Sequential([
    tf.keras.layers.Rescaling(1 / 255),
    tf.keras.layers.Conv2D(16, 3, activation='relu'),
    tf.keras.layers.MaxPooling2D(),
    tf.keras.layers.Conv2D(32, 3, activation='relu'),
    tf.keras.layers.Flatten(),
    tf.keras.layers.Dense(len(train.class_names), activation='softmax'),
])
net.compile(tf.keras.optimizers.Adam(RATE), 'sparse_categorical_crossentropy', metrics=['accuracy'])
watch = KerasWatch(WATCHED, validation=val, training=train)
net.fit(train, validation_data=val, epochs=EPOCHS, verbose=0, callbacks=[watch])
