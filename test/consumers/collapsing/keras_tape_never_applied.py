"""Learns nothing: the gradients are computed, but never applied."""
import sys
import tensorflow as tf

FOLDER, OUT = sys.argv[1:3]
train_ds = tf.keras.utils.image_dataset_from_directory(FOLDER + '/train', image_size=(32, 32), batch_size=32, seed=1)
test_ds = tf.keras.utils.image_dataset_from_directory(FOLDER + '/test', image_size=(32, 32), batch_size=32, shuffle=False)


class MyModel(tf.keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = tf.keras.layers.Conv2D(16, 3, activation='relu')
        self.pool = tf.keras.layers.MaxPooling2D()
        self.conv2 = tf.keras.layers.Conv2D(32, 3, activation='relu')
        self.flatten = tf.keras.layers.Flatten()
        self.d1 = tf.keras.layers.Dense(64, activation='relu')
        self.d2 = tf.keras.layers.Dense(classes)

    def call(self, x):
        x = self.pool(self.conv1(x / 255.0))
        x = self.pool(self.conv2(x))
        return self.d2(self.d1(self.flatten(x)))


model = MyModel(len(train_ds.class_names))
loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.Adam(1e-3)


@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = loss_object(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    return loss


EPOCHS = 15
for epoch in range(EPOCHS):
    for images, labels in train_ds:
        loss = train_step(images, labels)

predicted = model.predict(test_ds, verbose=0).argmax(1)
with open(OUT, 'w') as table:
    table.write('path,predicted\n')
    for path, at in zip(test_ds.file_paths, predicted):
        table.write(f"{path[len(FOLDER):].lstrip('/')},{test_ds.class_names[at]}\n")
