# ruff: noqa: E501 (a line is a way to tell something, or a part of a list)
"""What is learned, by what the story was about."""

MORALS = """
== moral share
it is good to share*5, sharing is caring*2, sharing is more fun than keeping everything*2, sharing makes everyone happy*3,
it is better to share than to fight*3, toys are more fun with friends*2, being selfish makes you lonely*1, sharing with others can make new friends
== moral help
it is good to help others*6, helping others makes you feel good*4, even small friends can help*3, friends help each other*5, it is okay to ask for help*4,
kindness always comes back*2, a little help can make a big difference*2, being kind is important*4, it is nice to help when someone is sad*2,
when you help others they will help you too*2, it is important to help those in need*1
== moral careful
it is important to be careful*6, it is important to listen*4, being safe is very important*3, rules keep us safe*3, some things are not toys*2,
it is good to listen to mom and dad*4, it is better to be safe than sorry*3, not everything that looks fun is safe*2, it is good to ask before you touch things*2
== moral honest
it is good to tell the truth*6, telling the truth is always best*4, it is important to be honest*5, it is okay to make mistakes*3, saying sorry makes things better*3,
lying makes things worse*2, it is brave to tell the truth*2, things can be fixed but trust is special*1
== moral brave
it is okay to be scared*4, being brave means trying*3, trying new things can be fun*5, things are not always scary*4, you can do it if you try*3, you are stronger than you think*2,
being brave feels good*2, friends make you brave*2, you should face your fears*1
== moral try
you should never give up*5, it is important to keep trying*4, practice makes you better*4, hard work is worth it*3, everyone can learn new things*2, trying your best is important*4,
you can do anything if you try*3, it is okay to fail sometimes*2, being patient is important*3, good things take time*3
== moral friends
friends are important*4, true friends are always there*3, it is fun to make new friends*4, being different is okay*4, a good friend is the best treasure*3, it is nice to be nice*2,
you can find friends everywhere*3, playing together is better than playing alone*4, everyone is special*3, it is important to be kind to everyone*4
== moral fair
winning is not everything*4, having fun is more important than winning*4, it is good to play fair*4, being a good friend is better than a prize*3, being fast is not everything*2,
it is important to try your best*2, it is nice to cheer for others*1
== moral content
you should be happy with what you have*4, wishes are not always good*2, the best things are not toys*2, love is better than gold*2, 
too much of a good thing is bad*2, it is good to save money*1, it is good to wait*2
== moral wait
it is good to wait*3, good things take time*3, it is good to save money*3, being patient is important*4, hard work is worth it*4, things are better when you work for them*2
== moral return
it is good to give back what you find*4, being honest is important*4, it is good to help others*4, doing the right thing feels good*3, good things happen when you are honest*2
== moral clean
it is good to keep things clean*4, it is important to clean up*4, working together makes work fun*5, cleaning can be fun*3, work is easier with friends*3, a clean room is a happy room
== moral imagine
the best adventures are in your mind*2, it is fun to use your imagination*4, old things can be fun too*3, new things can be wonderful*3, learning is fun*4, it is good to ask questions*3, the world is full of surprises*3
"""
