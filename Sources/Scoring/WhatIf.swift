/// What would have had to be otherwise for a flag not to be raised: the smallest number of records, taken in order of their
/// influence.
package enum WhatIf {
    /// `cells` holds, in order of influence, how many records may be changed in each: those of the first cell are taken first.
    /// `isRaised` says whether the flag is raised when so many are changed in each cell, everything else as it is; it
    /// recomputes what follows from that.
    ///
    /// Gives the number of records at which the flag is not raised, and is with one record less: both were recomputed. Where
    /// a change of more records never raises it again, as with tests that rest on counts alone, no smaller number does it;
    /// where the test's surroundings are fitted anew, one that lies beyond a doubling of steps might. Nil where it is raised
    /// whatever is changed, and 0 where it is not raised to begin with.
    ///
    /// Work, in calls of `isRaised`: two where the guess is right, else twice the logarithm of how far it is off; without a
    /// guess it is none at all.
    package static func smallest(_ cells: [Int], near guess: Int? = nil, isRaised: ([Int]) throws -> Bool) rethrows -> Int? {
        let total = cells.reduce(0, +)
        var (raised, cleared) = (-1, min(max(guess ?? 0, 0), total))
        var stride = 1
        if try isRaised(taken(cleared, of: cells)) {
            // Upwards, in steps that double.
            repeat {
                guard cleared < total else { return nil }
                raised = cleared
                cleared = min(cleared + stride, total)
                stride *= 2
            } while try isRaised(taken(cleared, of: cells))
        } else {
            // Downwards, down to none at all.
            while cleared > 0 {
                let next = max(0, cleared - stride)
                if try isRaised(taken(next, of: cells)) {
                    raised = next
                    break
                }
                cleared = next
                stride *= 2
            }
        }
        while cleared - raised > 1 {
            let middle = raised + (cleared - raised) / 2
            if try isRaised(taken(middle, of: cells)) { raised = middle } else { cleared = middle }
        }
        return cleared
    }

    /// How many are taken of each cell, filled in order.
    private static func taken(_ count: Int, of cells: [Int]) -> [Int] {
        var left = count
        return cells.map { cell in
            let taken = min(cell, left)
            left -= taken
            return taken
        }
    }
}
