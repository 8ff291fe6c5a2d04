"""The program that executes chapters: no more than this, for each kernel that is split off loads its program again."""

import sys

if __name__ == "__main__":
    from companion.book.execution import main  # here, where a kernel does not come

    main(sys.argv[1:])
