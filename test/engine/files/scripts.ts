/** Training scripts in the style of question-and-answer sites. */

export const KERAS_SEQUENTIAL = `
import numpy as np
import tensorflow as tf
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, MaxPooling2D, Flatten, Dense, Dropout, BatchNormalization
from tensorflow.keras.optimizers import SGD

lr = 1e-1
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
x_train = x_train.astype('float32') / 255.0
x_test = x_test.astype('float32') / 255.0
y_train = tf.keras.utils.to_categorical(y_train, 10)

model = Sequential()
model.add(Conv2D(32, (3, 3), activation='relu', kernel_initializer='he_uniform', padding='same', input_shape=(32, 32, 3)))
model.add(BatchNormalization())
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(64, (3, 3), activation='relu', kernel_initializer='he_uniform'))
model.add(Conv2D(64, (3, 3), activation='relu'))
model.add(Flatten())
model.add(Dense(128, activation='relu'))
model.add(Dropout(0.5))
model.add(Dense(10, activation='softmax'))

opt = SGD(learning_rate=lr, momentum=0.9)
model.compile(optimizer=opt, loss='categorical_crossentropy', metrics=['accuracy'])
callbacks = [tf.keras.callbacks.ReduceLROnPlateau(patience=2)]
model.fit(x_train, y_train, epochs=3, batch_size=64, validation_data=(x_test, y_test), callbacks=callbacks)
print(np.argmax(model.predict(x_test), axis=1))
`;

export const KERAS_GENERATORS = `
from keras.preprocessing.image import ImageDataGenerator
from keras.models import Sequential
from keras import layers

train_datagen = ImageDataGenerator(rescale=1./255, rotation_range=40, width_shift_range=0.2, height_shift_range=0.2,
                                   zoom_range=0.2, horizontal_flip=True)
test_datagen = ImageDataGenerator()

train_generator = train_datagen.flow_from_directory('data/train', target_size=(150, 150), batch_size=20, class_mode='binary')
test_generator = test_datagen.flow_from_directory('data/test', target_size=(150, 150), batch_size=20, class_mode='binary', shuffle=False)

model = Sequential([
    layers.Conv2D(32, 3, input_shape=(150, 150, 3)),
    layers.MaxPooling2D(2),
    layers.Flatten(),
    layers.Dense(64),
    layers.Dense(1, activation='sigmoid'),
])
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['acc'])
model.fit_generator(train_generator, steps_per_epoch=8)
pred = model.predict_generator(test_generator)
`;

export const KERAS_FUNCTIONAL = `
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

config = {'batch': 16, 'epochs': 25, 'lr': 1e-2}
train_ds = tf.data.Dataset.from_tensor_slices((images, labels)).batch(config['batch']).prefetch(2)

inputs = keras.Input(shape=(64, 64, 3))
x = layers.RandomFlip("horizontal")(inputs)
x = layers.RandomRotation(0.2)(x)
x = layers.Rescaling(1./127.5, offset=-1)(x)
x = layers.Conv2D(16, 3, strides=2)(x)
x = layers.LeakyReLU()(x)
x = layers.Conv2D(32, 3, strides=2)(x)
x = layers.Activation('relu')(x)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dense(10)(x)
x = layers.Activation('softmax')(x)
outputs = layers.Dropout(0.4)(x)
model = keras.Model(inputs, outputs)

schedule = keras.optimizers.schedules.ExponentialDecay(initial_learning_rate=config['lr'], decay_steps=1000, decay_rate=0.9)
model.compile(optimizer=keras.optimizers.Adam(schedule, clipnorm=1.0),
              loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
              metrics=['accuracy'])
weights = {0: 1.0, 1: 5.0}
model.fit(train_ds, epochs=config['epochs'], class_weight=weights)
`;

export const KERAS_BEGINNER = `
import cv2, glob
import numpy as np
from keras.models import Sequential
from keras.layers import Dense

X = []
for f in glob.glob('images/*.png'):
    X.append(cv2.imread(f).flatten())
X = np.array(X)
model = Sequential()
model.add(Dense(128, activation='relu', kernel_initializer='zeros', input_dim=784))
model.add(Dense(1, activation='softmax'))
model.compile(loss='mse', optimizer='sgd')
model.fit(X, y, 32, 10)
`;

export const KERAS_DEEP = `
from tensorflow.keras import Sequential, layers, optimizers
depth = 14
model = Sequential()
model.add(layers.Conv2D(64, 3, padding='same', activation='relu'))
for i in range(depth):
    model.add(layers.Conv2D(64, 3, padding='same', activation='relu'))
model.add(layers.Conv2D(64, 3, padding='same', activation='relu'))
model.add(layers.Flatten())
model.add(layers.Dense(10, activation='softmax'))
model.compile(optimizer=optimizers.Adam(lr=10**-4), loss='sparse_categorical_crossentropy')
model.fit(x, y, epochs=50)
`;

export const KERAS_RANDOM = `
import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Flatten
X_train = np.random.rand(1000, 32, 32, 3)
y_train = np.random.randint(0, 2, 1000)
model = Sequential([Flatten(), Dense(64, activation='relu'), Dense(10, activation='softmax')])
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(X_train, y_train, epochs=10, batch_size=32)
`;

export const TORCH_MODULE = `
import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
import torchvision.transforms as transforms

train_transform = transforms.Compose([
    transforms.RandomHorizontalFlip(),
    transforms.RandomRotation(10),
    transforms.ToTensor(),
    transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
])
test_transform = transforms.Compose([transforms.ToTensor()])
train_set = torchvision.datasets.ImageFolder('data/train', transform=train_transform)
test_set = torchvision.datasets.ImageFolder('data/test', transform=test_transform)
train_loader = torch.utils.data.DataLoader(train_set, batch_size=4)
test_loader = torch.utils.data.DataLoader(test_set, batch_size=4, shuffle=False)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 6, 5)
        self.bn = nn.BatchNorm2d(6)
        self.pool = nn.MaxPool2d(2, 2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.drop = nn.Dropout(0.25)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.bn(self.conv1(x))))
        x = self.pool(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = self.drop(x)
        x = self.fc2(x)
        return F.softmax(x, dim=1)

net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)

for epoch in range(2):
    for i, (inputs, labels) in enumerate(train_loader):
        outputs = net(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
    scheduler.step()

with torch.no_grad():
    for inputs, labels in test_loader:
        _, predicted = torch.max(net(inputs), 1)
`;

export const TORCH_ARGPARSE = `
import argparse
import torch
from torch import nn, optim
from torch.utils.data import DataLoader, WeightedRandomSampler
from torchvision import transforms, datasets
from tqdm import tqdm

parser = argparse.ArgumentParser()
parser.add_argument('--learning-rate', type=float, default=3e-4)
parser.add_argument('--epochs', type=int, default=20)
parser.add_argument('--batch-size', type=int, default=128)
args = parser.parse_args()

mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
data_transforms = {
    'train': transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor(), transforms.Normalize(mean, std)]),
    'val': transforms.Compose([transforms.Resize((64, 64)), transforms.ToTensor(), transforms.Normalize(mean, std)]),
}
sampler = WeightedRandomSampler(weights, len(weights))
loader = DataLoader(datasets.ImageFolder('train', data_transforms['train']), batch_size=args.batch_size, sampler=sampler)
val = DataLoader(datasets.ImageFolder('val', data_transforms['val']), batch_size=args.batch_size)

model = nn.Sequential(
    nn.Conv2d(3, 32, 3, stride=2), nn.ReLU(),
    nn.Conv2d(32, 64, 3, stride=2), nn.ReLU(),
    nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    nn.Linear(64, 5),
)
optimizer = optim.AdamW(model.parameters(), lr=args.learning_rate)
scheduler = optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=100)
loss_fn = nn.CrossEntropyLoss()

def train():
    for epoch in tqdm(range(args.epochs)):
        model.train()
        for x, y in loader:
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5)
            optimizer.step()
            scheduler.step()
        model.eval()
        with torch.no_grad():
            correct = sum((model(x).argmax(1) == y).sum().item() for x, y in val)
`;

export const TORCH_NLL = `
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(784, 128)
        self.fc2 = nn.Linear(128, 10)
        nn.init.zeros_(self.fc1.bias)
        nn.init.zeros_(self.fc1.weight)
        nn.init.constant_(self.fc2.weight, 0)

    def forward(self, x):
        x = F.relu(self.fc1(x))
        out = F.log_softmax(self.fc2(x), dim=1)
        return out

model = Net()
optimizer = optim.Adam(model.parameters())
for epoch in range(10):
    for data, target in train_loader:
        optimizer.zero_grad()
        loss = F.nll_loss(model(data), target)
        loss.backward()
        optimizer.step()
`;

export const TORCH_HEAD = `
import torch
from torch import nn

class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.head = nn.Sequential(
            nn.Flatten(),
            nn.Linear(16 * 31 * 31, 2),
            nn.Sigmoid()
        )

    def forward(self, x):
        y = self.head(self.features(x))
        return y

model = CNN()
criterion = nn.BCEWithLogitsLoss()
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.001)
`;
