@rem package.json's scripts start with "exec", so that on Unix a signal to npm reaches the program and not a shell between them.
@rem Windows' cmd has no such word: this file, which cmd finds in the current folder, gives it one.
@%*
