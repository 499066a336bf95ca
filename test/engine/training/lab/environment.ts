/** Imported before TensorFlow: nets this small gain nothing from a second thread, and two test files run at once. */
process.env.TF_NUM_INTRAOP_THREADS = '1';
process.env.TF_NUM_INTEROP_THREADS = '1';
process.env.TF_CPP_MIN_LOG_LEVEL = '2';
