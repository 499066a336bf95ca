"""Learns nothing: a learning rate of 1e-7, which is the default of an option."""
import argparse
from tensorflow import keras
from tensorflow.keras import layers


def parse_args():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('out')
    parser.add_argument('--lr', type=float, default=1e-7)
    parser.add_argument('--epochs', type=int, default=15)
    parser.add_argument('--batch-size', type=int, default=32)
    return parser.parse_args()


def build_model(num_classes):
    inputs = keras.Input(shape=(32, 32, 3))
    x = layers.Rescaling(1. / 255)(inputs)
    x = layers.Conv2D(16, 3, activation='relu')(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(32, 3, activation='relu')(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    outputs = layers.Dense(num_classes, activation='softmax')(x)
    return keras.Model(inputs, outputs)


def main():
    args = parse_args()
    train_ds = keras.utils.image_dataset_from_directory(
        args.data + '/train', image_size=(32, 32), batch_size=args.batch_size, seed=1)
    test_ds = keras.utils.image_dataset_from_directory(
        args.data + '/test', image_size=(32, 32), batch_size=args.batch_size, shuffle=False)
    model = build_model(len(train_ds.class_names))
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=args.lr),
                  loss='sparse_categorical_crossentropy', metrics=['accuracy'])
    model.fit(train_ds, epochs=args.epochs, verbose=0)
    predicted = model.predict(test_ds, verbose=0).argmax(axis=1)
    with open(args.out, 'w') as table:
        table.write('path,predicted\n')
        for path, at in zip(test_ds.file_paths, predicted):
            table.write(f"{path[len(args.data):].lstrip('/')},{test_ds.class_names[at]}\n")


if __name__ == '__main__':
    main()
