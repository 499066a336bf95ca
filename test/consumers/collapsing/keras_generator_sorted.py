"""Forgets all classes but the last: a generator that is not shuffled."""
import sys
import tensorflow as tf
from tensorflow.keras.preprocessing.image import ImageDataGenerator

root, result = sys.argv[1:]
datagen = ImageDataGenerator(rescale=1.0 / 255.0)
train_it = datagen.flow_from_directory(root + '/train/', class_mode='categorical', batch_size=16, target_size=(32, 32), shuffle=False)
test_it = datagen.flow_from_directory(root + '/test/', class_mode='categorical', batch_size=16, target_size=(32, 32), shuffle=False)


def define_model(n):
    model = tf.keras.models.Sequential()
    model.add(tf.keras.layers.Conv2D(32, (3, 3), activation='relu', kernel_initializer='he_uniform', padding='same', input_shape=(32, 32, 3)))
    model.add(tf.keras.layers.MaxPooling2D((2, 2)))
    model.add(tf.keras.layers.Flatten())
    model.add(tf.keras.layers.Dense(64, activation='relu', kernel_initializer='he_uniform'))
    model.add(tf.keras.layers.Dense(n, activation='softmax'))
    opt = tf.keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
    model.compile(optimizer=opt, loss='categorical_crossentropy', metrics=['accuracy'])
    return model


model = define_model(train_it.num_classes)
model.fit(train_it, steps_per_epoch=len(train_it), epochs=8, verbose=0)
labels = {v: k for k, v in train_it.class_indices.items()}
y_pred = model.predict(test_it, steps=len(test_it), verbose=0).argmax(axis=-1)
with open(result, 'w') as f:
    f.write('path,predicted\n')
    for name, k in zip(test_it.filenames, y_pred):
        f.write('test/%s,%s\n' % (name, labels[k]))
