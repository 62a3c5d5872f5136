using System.Numerics;

namespace Weft.Proxy.Engine;

/// <summary>A hashed timing wheel: 1,024 slots of 8 ms. Deadlines beyond its 8 s horizon wait at the horizon and are looked at again there.</summary>
internal sealed class TimerWheel
{
    private const int Slots = 1024;
    private const int TickMs = 8;

    private readonly LoopTimer?[] _heads = new LoopTimer?[Slots];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    private long _doneTick;

    public TimerWheel(long nowMs) => _doneTick = nowMs / TickMs;

    public void Link(LoopTimer timer, long deadlineMs)
    {
        // Rounded up: a timer may be late by a tick, never early.
        long tick = Math.Clamp((deadlineMs / TickMs) + 1, _doneTick + 1, _doneTick + Slots - 1);
        int slot = (int)(tick & (Slots - 1));
        timer.Slot = slot;
        timer.SlotMs = tick * TickMs;
        timer.Previous = null;
        timer.Next = _heads[slot];
        if (timer.Next is not null)
        {
            timer.Next.Previous = timer;
        }

        _heads[slot] = timer;
        _occupied[slot >> 6] |= 1UL << (slot & 63);
    }

    public void Unlink(LoopTimer timer)
    {
        if (timer.Previous is null)
        {
            _heads[timer.Slot] = timer.Next;
            if (timer.Next is null)
            {
                _occupied[timer.Slot >> 6] &= ~(1UL << (timer.Slot & 63));
            }
        }
        else
        {
            timer.Previous.Next = timer.Next;
        }

        if (timer.Next is not null)
        {
            timer.Next.Previous = timer.Previous;
        }

        timer.Next = timer.Previous = null;
        timer.Slot = -1;
    }

    /// <summary>Fires what is due at <paramref name="nowMs"/> and puts back what was moved to later.</summary>
    public void Advance(long nowMs)
    {
        long tick = nowMs / TickMs;
        if (tick - _doneTick >= Slots)
        {
            // After a long pause every slot is due once.
            _doneTick = tick - Slots + 1;
        }

        while (_doneTick < tick)
        {
            _doneTick++;
            int slot = (int)(_doneTick & (Slots - 1));
            LoopTimer? timer = _heads[slot];
            while (timer is not null)
            {
                LoopTimer current = timer;
                Unlink(current);
                if (current.DeadlineMs <= nowMs)
                {
                    current.Fire();
                }
                else if (current.IsSet)
                {
                    Link(current, current.DeadlineMs);
                }

                timer = _heads[slot];
            }
        }
    }

    /// <summary>Milliseconds until the next slot with a timer, at least 0; -1 when there is none.</summary>
    public int NextDelayMs(long nowMs)
    {
        int start = (int)((_doneTick + 1) & (Slots - 1));
        for (int scanned = 0; scanned < Slots;)
        {
            int slot = (start + scanned) & (Slots - 1);
            ulong word = _occupied[slot >> 6] >> (slot & 63);
            if (word != 0)
            {
                int ahead = scanned + BitOperations.TrailingZeroCount(word);
                return (int)Math.Max(0, ((_doneTick + 1 + ahead) * TickMs) - nowMs);
            }

            scanned += 64 - (slot & 63);
        }

        return -1;
    }
}
