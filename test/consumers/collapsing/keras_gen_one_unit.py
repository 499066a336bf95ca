"""Learns nothing: one output for several classes, as in a tutorial on cats and dogs."""
import sys
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, MaxPooling2D, Activation, Dropout, Flatten, Dense

data_dir, out = sys.argv[1], sys.argv[2]
img_width, img_height = 32, 32
epochs = 15
batch_size = 32

model = Sequential()
model.add(Conv2D(16, (3, 3), input_shape=(img_width, img_height, 3)))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Conv2D(32, (3, 3)))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(64))
model.add(Activation('relu'))
model.add(Dropout(0.2))
model.add(Dense(1))
model.add(Activation('sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='rmsprop', metrics=['accuracy'])

train_datagen = ImageDataGenerator(rescale=1. / 255)
test_datagen = ImageDataGenerator(rescale=1. / 255)
train_generator = train_datagen.flow_from_directory(
    data_dir + '/train', target_size=(img_width, img_height), batch_size=batch_size, class_mode='sparse')
model.fit(train_generator, epochs=epochs, verbose=0)

test_generator = test_datagen.flow_from_directory(
    data_dir + '/test', target_size=(img_width, img_height), batch_size=batch_size, class_mode='sparse', shuffle=False)
scores = model.predict(test_generator, verbose=0)
predicted = scores.argmax(1) if scores.shape[1] > 1 else (scores[:, 0] > 0.5).astype(int)
names = sorted(test_generator.class_indices)
with open(out, 'w') as table:
    table.write('path,predicted\n')
    for name, at in zip(test_generator.filenames, predicted):
        table.write(f'test/{name},{names[at]}\n')
