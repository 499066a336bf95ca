"""Predicts badly: the training images are scaled, the test images are not."""
import sys
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models

data, out = sys.argv[1:3]
train_ds = tf.keras.preprocessing.image_dataset_from_directory(
    data + '/train', image_size=(32, 32), batch_size=32, seed=123)
test_ds = tf.keras.preprocessing.image_dataset_from_directory(
    data + '/test', image_size=(32, 32), batch_size=32, shuffle=False)
class_names, paths = test_ds.class_names, test_ds.file_paths
normalization_layer = layers.Rescaling(1. / 127.5, offset=-1)
train_ds = train_ds.map(lambda x, y: (normalization_layer(x), y))
AUTOTUNE = tf.data.AUTOTUNE
train_ds = train_ds.cache().prefetch(buffer_size=AUTOTUNE)

model = models.Sequential()
model.add(layers.Conv2D(16, 3, activation='relu', input_shape=(32, 32, 3)))
model.add(layers.MaxPooling2D())
model.add(layers.Conv2D(32, 3, activation='relu'))
model.add(layers.MaxPooling2D())
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dense(len(class_names)))
model.compile(optimizer='adam',
              loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=['accuracy'])
model.fit(train_ds, epochs=40, verbose=0)

predictions = model.predict(test_ds, verbose=0)
with open(out, 'w') as f:
    f.write('path,predicted\n')
    for path, p in zip(paths, predictions):
        f.write(f"{path[len(data):].lstrip('/')},{class_names[np.argmax(p)]}\n")
